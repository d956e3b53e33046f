"""A process of its own, started by `template`: makes a company of an empty Tryton database.

`python -m sandbox.tryton.founding CONFIG`: currency, chart of accounts, fiscal year, and the users.
"""

import datetime as dt
import sys
from decimal import Decimal
from typing import Any

from proteus import Model, Wizard, config

from sandbox.tryton.names import ADMIN, CLERK, DATABASE, OUTSIDER, PASSWORD

CHART = "account.account_template_root_en"
SALES = ("sale.group_sale",)
NUMBERED = (
    "out_invoice_sequence",
    "in_invoice_sequence",
    "out_credit_note_sequence",
    "in_credit_note_sequence",
)

Record = Any
"""A record of proteus, which is untyped."""


def main(configuration: str) -> None:
    config.set_trytond(f"sqlite:///{DATABASE}", user=ADMIN, config_file=configuration)
    company = _company()
    _accounts(company)
    _fiscal_year(company, dt.datetime.now(dt.UTC).date())
    _user(CLERK, "Orders from the shop", company, SALES)
    _user(OUTSIDER, "May log in and no more", company, ())


def _company() -> Record:
    currency = Model.get("currency.currency")(
        name="US Dollar", code="USD", numeric_code="840", symbol="$", rounding=Decimal("0.01")
    )
    currency.save()
    party = Model.get("party.party")(name="Northwind Traders")
    party.save()
    wizard = Wizard("company.company.config")
    wizard.execute("company")
    wizard.form.party, wizard.form.currency = party, currency
    wizard.execute("add")
    config.get_config().set_context(Model.get("res.user").get_preferences(True, {}))
    [company] = Model.get("company.company").find()
    return company


def _accounts(company: Record) -> None:
    chart = Model.get("ir.model.data").get_id(CHART, config.get_config().context)
    wizard = Wizard("account.create_chart")
    wizard.execute("account")
    wizard.form.account_template = Model.get("account.account.template")(chart)
    wizard.form.company = company
    wizard.execute("create_account")
    wizard.form.account_receivable = _account("receivable", company)
    wizard.form.account_payable = _account("payable", company)
    wizard.execute("create_properties")


def _account(kind: str, company: Record) -> Record:
    accounts = Model.get("account.account")
    asked = [(f"type.{kind}", "=", True), ("company", "=", company.id)]
    return accounts.find([*asked, ("closed", "!=", True)], limit=1)[0]


def _fiscal_year(company: Record, today: dt.date) -> None:
    """From last year to the next, as one: nothing ends at midnight on New Year's Eve."""
    year = Model.get("account.fiscalyear")(name=str(today.year), company=company)
    year.start_date = dt.date(today.year - 1, 1, 1)
    year.end_date = dt.date(today.year + 1, 12, 31)
    year.move_sequence = _sequence("Account Move", company)
    [numbers] = year.invoice_sequences
    for field in NUMBERED:
        setattr(numbers, field, _sequence("Invoice", company))
    year.click("create_period")


def _sequence(kind: str, company: Record) -> Record:
    [found] = Model.get("ir.sequence.type").find([("name", "=", kind)], limit=1)
    sequence = Model.get("ir.sequence.strict")(name=kind, sequence_type=found, company=company)
    sequence.save()
    return sequence


def _user(login: str, name: str, company: Record, groups: tuple[str, ...]) -> None:
    user = Model.get("res.user")(login=login, name=name, password=PASSWORD)
    user.companies.append(Model.get("company.company")(company.id))
    user.company = user.companies[0]
    for group in groups:
        found = Model.get("ir.model.data").get_id(group, config.get_config().context)
        user.groups.append(Model.get("res.group")(found))
    user.save()


if __name__ == "__main__":
    main(sys.argv[1])
