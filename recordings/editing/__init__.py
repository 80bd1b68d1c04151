"""Recording to Recording, pure: each edit is done whole and leaves a recording that is right, or is refused with why.

``inputs`` (names, defaults) · ``values`` (what a step types or expects) · ``secrets`` (an input becomes a secret) ·
``steps`` (order, marks, words) · ``insert`` ·
``tabs`` (which are open at each step) · ``targets`` (what a run found) · ``blocks`` (branches and loops) ·
``membership`` (which steps are in them) · ``commands``, ``block_commands`` and
``value_commands`` (edits as people write them).
"""

from recordings.editing.inputs import renamed as renamed
from recordings.editing.inputs import with_default as with_default
from recordings.editing.inputs import with_input_renamed as with_input_renamed
from recordings.editing.insert import inserted as inserted
from recordings.editing.insert import inserted_goto as inserted_goto
from recordings.editing.secrets import Hidden as Hidden
from recordings.editing.secrets import cleaner as cleaner
from recordings.editing.secrets import with_secrets as with_secrets
from recordings.editing.secrets import without_values as without_values
from recordings.editing.steps import Edited as Edited
from recordings.editing.steps import moved as moved
from recordings.editing.steps import with_disabled as with_disabled
from recordings.editing.steps import with_optional as with_optional
from recordings.editing.steps import with_repeatable as with_repeatable
from recordings.editing.steps import with_waits as with_waits
from recordings.editing.steps import with_words as with_words
from recordings.editing.steps import without_step as without_step
from recordings.editing.targets import healed as healed
from recordings.editing.targets import unhealed as unhealed
from recordings.errors import EditRefusedError as EditRefusedError
