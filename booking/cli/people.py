"""`users create`, `users reset-second-factor`, `tokens create`."""

import sys

import click
from flask.cli import AppGroup

from booking import clock
from booking.access.scopes import ALL_SCOPES, TokenScope
from booking.accounts.api_tokens import create_api_token
from booking.accounts.factors.service import reset
from booking.accounts.passwords import LONGEST, SHORTEST, hash_password
from booking.accounts.service import (
    EmailTaken,
    InvalidEmail,
    create_user,
    normal_email,
    user_with_email,
)
from booking.db import in_transaction
from booking.i18n import LANGUAGES

DEFAULT_DAYS = 365
"""A forgotten token ends some day, and its person is told a week before."""
LONGEST_DAYS = 3650

users = AppGroup("users", help="People with an account.")
tokens = AppGroup("tokens", help="Keys to the API.")


@users.command("create")
@click.argument("email")
@click.option("--name", required=True, help="What the person is called on pages and in mail.")
@click.option("--admin", is_flag=True, help="May run the installation.")
@click.option("--language", type=click.Choice(LANGUAGES), default="fi", show_default=True)
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
def create(email: str, name: str, admin: bool, language: str, password_stdin: bool) -> None:
    """Create an account for EMAIL; the password is asked for."""
    address = _free_address(email)
    if not name.strip() or len(name) > 120:
        raise click.ClickException("The name has 1 to 120 characters.")
    hashed = hash_password(_password(password_stdin))
    try:
        in_transaction(
            lambda: create_user(
                address,
                name.strip(),
                password_hash=hashed,
                now=clock.now(),
                language=language,
                is_admin=admin,
            )
        )
    except EmailTaken:
        raise click.ClickException(f"{address} has an account already.") from None
    click.echo(f"{address} can sign in now{' and run the installation' if admin else ''}.")


@users.command("reset-second-factor")
@click.argument("email")
@click.option("--reason", default="Pyydetty ylläpidolta", show_default=True, help="Told to the person.")
def reset_second_factor(email: str, reason: str) -> None:
    """Take away the second factor of the person with EMAIL, who has lost telephone and codes."""
    user = user_with_email(email)
    if user is None:
        raise click.ClickException(f"Nobody has an account with the address {email}.")
    if user.second_factor_at is None:
        raise click.ClickException(f"The account of {email} has no second factor.")
    if not reason.strip() or len(reason) > 500:
        raise click.ClickException("The reason has 1 to 500 characters.")
    user_id = user.id
    in_transaction(lambda: reset(user_id, reason.strip(), actor=None, now=clock.now()))
    click.echo(f"{email} signs in without a second factor now, and is told so by mail.")


@tokens.command("create")
@click.argument("email")
@click.option("--name", default="API", show_default=True, help="What the token is for.")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    type=click.Choice([each.value for each in TokenScope]),
    help="What it may do; may be given several times.  [default: all of these]",
)
@click.option(
    "--days",
    type=click.IntRange(1, LONGEST_DAYS),
    default=DEFAULT_DAYS,
    show_default=True,
    help="How long it works.",
)
def create_token(email: str, name: str, scopes: tuple[str, ...], days: int) -> None:
    """Print a new API token of the person with EMAIL. It cannot be shown again."""
    user = user_with_email(email)
    if user is None:
        raise click.ClickException(f"Nobody has an account with the address {email}.")
    if not user.is_active:
        raise click.ClickException(f"The account of {email} is closed or not confirmed.")
    if not name.strip() or len(name) > 80:
        raise click.ClickException("A token's name has 1 to 80 characters.")
    wanted = {TokenScope(each) for each in scopes} or ALL_SCOPES
    click.echo(
        in_transaction(
            lambda: create_api_token(user, name.strip(), now=clock.now(), scopes=wanted, days=days)
        )
    )
    click.echo("Keep it safe: it is not shown again.", err=True)


def _free_address(email: str) -> str:
    try:
        address = normal_email(email)
    except InvalidEmail:
        raise click.ClickException(f"{email!r} is not an e-mail address.") from None
    if user_with_email(address) is not None:
        raise click.ClickException(f"{address} has an account already.")
    return address


def _password(from_stdin: bool) -> str:
    if from_stdin:
        password = sys.stdin.readline().rstrip("\r\n")
    else:
        password = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    if not SHORTEST <= len(password) <= LONGEST:
        raise click.ClickException(f"A password has {SHORTEST} to {LONGEST} characters.")
    return str(password)
