"""The drift exam: each step's frozen page is changed as releases change pages, and what the locator does is graded.

``mutations`` (what is changed) and ``grade`` (what came of it, what is weak and why) are pure, as is ``selectors``
(which ways to find an element are worth keeping); ``examine`` drives the pages.
"""

from replayer.exam.examine import ExamOptions, NothingToExamineError, examine, on_its_page
from replayer.exam.grade import Case, StepExam, usefulness

__all__ = ["Case", "ExamOptions", "NothingToExamineError", "StepExam", "examine", "on_its_page", "usefulness"]
