"""Three web frameworks' apps in two releases each, and what people do in them. Each is judged in the app's own data."""

from __future__ import annotations

from bench.drift_cases.base import App, Inputs, Running, Task, see, steady_click, type_into
from demo.human import Human

_OLD_ADMIN = "1.5.8"
_OLD_DASH = "2.6.2"
_SAVE = "input[type=submit][value=Save], button[type=submit]:has-text('Save')"


async def _select2(human: Human, opener: str, label: str) -> None:
    await steady_click(human, opener)
    await human.page.wait_for_timeout(300)
    await human.page.keyboard.type(label, delay=18)
    await human.page.wait_for_timeout(400)
    await human.press("Enter")
    await human.page.wait_for_timeout(200)


async def new_ticket(human: Human, given: Inputs, version: str) -> None:
    await steady_click(human, "a[href='/admin/ticket/']")
    await steady_click(human, "a[href^='/admin/ticket/new/']")
    await type_into(human, "#title", given["title"])
    await type_into(human, "#reporter", given["reporter"])
    for field in ("team", "priority"):
        old, new = f"#s2id_{field} a.select2-choice", f"div:has(> #{field}) .select2-selection"
        await _select2(human, old if version == _OLD_ADMIN else new, given[field])
    await steady_click(human, "#urgent")
    await type_into(human, "#details", given["details"])
    await steady_click(human, _SAVE)
    await see(human.page, "text=successfully created")


async def _find_ticket(human: Human, title: str) -> None:
    await steady_click(human, "a[href='/admin/ticket/']")
    await type_into(human, "input[name=search]", title)
    await human.press("Enter")
    await human.page.wait_for_timeout(1000)


async def edit_ticket(human: Human, given: Inputs, version: str) -> None:
    await _find_ticket(human, given["title"])
    await steady_click(human, f"tr:has-text(\"{given['title']}\") a[href*='/admin/ticket/edit/']")
    await type_into(human, "#reporter", given["reporter"], clear=True)
    await steady_click(human, _SAVE)
    await see(human.page, "text=successfully saved")


async def delete_ticket(human: Human, given: Inputs, version: str) -> None:
    human.page.on("dialog", lambda dialog: dialog.accept())
    await _find_ticket(human, given["title"])
    await steady_click(human, f"tr:has-text(\"{given['title']}\") form[action*='delete'] button")
    await see(human.page, "text=successfully deleted")


async def new_team(human: Human, given: Inputs, version: str) -> None:
    await steady_click(human, "a[href='/admin/team/']")
    await steady_click(human, "a[href*='/admin/team/new/']")
    await see(human.page, ".modal.in #name, .modal.show #name")
    await human.page.wait_for_timeout(500)
    await type_into(human, ".modal #name", given["name"])
    await steady_click(human, ".modal [type=submit]:visible")
    await see(human.page, "text=successfully created")


def _seed_ticket(app: Running, given: Inputs) -> None:
    values = "(title, reporter, priority, urgent, team_id) values (?, 'nobody', 'low', 0, 2)"
    app.execute(f"insert into ticket {values}", given["title"])


def _ticket_is_there(app: Running, given: Inputs) -> bool:
    query = "select t.reporter, t.priority, t.urgent, t.details, team.name from ticket t"
    found = app.rows(f"{query} left join team on team.id = t.team_id where title = ?", given["title"])
    return found == [(given["reporter"], given["priority"].lower(), 1, given["details"], given["team"])]


def _ticket_is_changed(app: Running, given: Inputs) -> bool:
    found = app.rows("select reporter, priority, urgent, team_id from ticket where title = ?", given["title"])
    return found == [(given["reporter"], "low", 0, 2)]


def _ticket_is_gone(app: Running, given: Inputs) -> bool:
    found = app.rows("select count(*) from ticket where title = ?", given["title"])
    return (found, app.rows("select count(*) from ticket")) == ([(0,)], [(13,)])


def _team_is_there(app: Running, given: Inputs) -> bool:
    return app.rows("select count(*) from team where name = ?", given["name"]) == [(1,)]


FLASK_ADMIN = App(
    "flask-admin",
    "flaskadmin_app.py",
    {_OLD_ADMIN: "flaskadmin-15", "2.2.1": "flaskadmin-22"},
    (
        Task(
            "new ticket",
            new_ticket,
            _ticket_is_there,
            {
                "title": "Printer jams on floor 3",
                "reporter": "Maya Ortiz",
                "team": "Networks",
                "priority": "High",
                "details": "Tray two only",
            },
            {
                "title": "Payslip missing March",
                "reporter": "Tom Hale",
                "team": "Payroll",
                "priority": "Medium",
                "details": "Asked twice",
            },
            "/admin/",
        ),
        Task(
            "edit ticket",
            edit_ticket,
            _ticket_is_changed,
            {"title": "VPN drops at noon", "reporter": "Lena Berg"},
            {"title": "Badge reader offline", "reporter": "Ivo Stan"},
            "/admin/",
            _seed_ticket,
        ),
        Task(
            "delete ticket",
            delete_ticket,
            _ticket_is_gone,
            {"title": "Duplicate of 4411"},
            {"title": "Spam from vendor"},
            "/admin/",
            _seed_ticket,
        ),
        Task("new team", new_team, _team_is_there, {"name": "Facilities"}, {"name": "Legal desk"}, "/admin/"),
    ),
    seeds=True,
    ready="/admin/",
)


async def book_shipment(human: Human, given: Inputs, version: str) -> None:
    await type_into(human, "#customer", given["customer"])
    await type_into(human, "#weight", given["weight"])
    await steady_click(human, "#service")
    await human.page.wait_for_timeout(400)
    await human.page.keyboard.type(given["service"], delay=18)
    await human.page.wait_for_timeout(400)
    if version == _OLD_DASH:
        await human.press("Enter")
    else:
        await steady_click(human, f".dash-dropdown-option:has-text('{given['service']}') >> visible=true")
    await human.page.wait_for_timeout(200)
    await steady_click(human, f"#extras label:has-text('{given['extra']}')")
    await steady_click(human, "#payer label:has-text('Receiver')")
    await type_into(human, "#notes", given["notes"])
    await steady_click(human, "#go")
    await see(human.page, f"text=Booked {given['customer']}")


def _is_booked(app: Running, given: Inputs) -> bool:
    facts = {name: given[name] for name in ("customer", "service", "notes")}
    sent = {**facts, "weight": float(given["weight"]), "extras": [given["extra"]], "payer": "Receiver"}
    return [{**record, "weight": float(record["weight"])} for record in app.records()] == [sent]


DASH = App(
    "dash",
    "dash_app.py",
    {_OLD_DASH: "dash-2", "4.4.1": "dash-4"},
    (
        Task(
            "book",
            book_shipment,
            _is_booked,
            {
                "customer": "Northwind Farms",
                "weight": "12",
                "service": "Express",
                "extra": "Insurance",
                "notes": "Ring the bell",
            },
            {
                "customer": "Harbor Books",
                "weight": "7",
                "service": "Freight",
                "extra": "Cooling",
                "notes": "Leave at dock 4",
            },
        ),
        Task(
            "book, same choices",
            book_shipment,
            _is_booked,
            {
                "customer": "Northwind Farms",
                "weight": "12",
                "service": "Overnight",
                "extra": "Signature",
                "notes": "Ring the bell",
            },
            {
                "customer": "Tallis & Sons",
                "weight": "31",
                "service": "Overnight",
                "extra": "Signature",
                "notes": "Pallet jack needed",
            },
        ),
    ),
)


async def book_appointment(human: Human, given: Inputs, version: str) -> None:
    await steady_click(human, "button:has-text('New appointment')")
    await see(human.page, ".q-dialog")
    await human.page.wait_for_timeout(600)
    await type_into(human, ".q-dialog input[aria-label='Patient']", given["who"])
    await steady_click(human, ".q-dialog .q-select")
    await human.page.wait_for_timeout(400)
    await steady_click(human, f".q-menu .q-item:has-text('{given['room']}')")
    await human.page.wait_for_timeout(400)
    await steady_click(human, ".q-dialog .q-checkbox")
    await type_into(human, ".q-dialog input[aria-label='Minutes']", given["minutes"], clear=True)
    await type_into(human, ".q-dialog textarea", given["note"])
    await steady_click(human, ".q-dialog button:has-text('Book')")
    await see(human.page, f"text=Booked {given['who']}")


def _is_appointed(app: Running, given: Inputs) -> bool:
    facts = {name: given[name] for name in ("who", "room", "note")}
    return app.records() == [{**facts, "urgent": True, "length": float(given["minutes"])}]


NICEGUI = App(
    "nicegui",
    "nicegui_app.py",
    {"1.4.20": "nicegui-14", "3.18.0": "nicegui-318"},
    (
        Task(
            "appointment",
            book_appointment,
            _is_appointed,
            {"who": "Ines Roth", "room": "Room B", "minutes": "45", "note": "First visit"},
            {"who": "Karl Oduya", "room": "Room C", "minutes": "15", "note": "Follow up"},
        ),
        Task(
            "appointment, same room",
            book_appointment,
            _is_appointed,
            {"who": "Ines Roth", "room": "Room A", "minutes": "45", "note": "First visit"},
            {"who": "Lin Zhao", "room": "Room A", "minutes": "60", "note": "X-ray"},
        ),
    ),
)
APPS = (FLASK_ADMIN, DASH, NICEGUI)
