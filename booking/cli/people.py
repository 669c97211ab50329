"""`users create`, `tokens create`."""

import sys

import click
from flask.cli import AppGroup

from booking import clock
from booking.accounts.passwords import LONGEST, SHORTEST, hash_password
from booking.accounts.service import (
    EmailTaken,
    InvalidEmail,
    create_api_token,
    create_user,
    normal_email,
    user_with_email,
)
from booking.db import in_transaction
from booking.i18n import LANGUAGES

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


@tokens.command("create")
@click.argument("email")
@click.option("--name", default="API", show_default=True, help="What the token is for.")
def create_token(email: str, name: str) -> None:
    """Print a new API token of the person with EMAIL. It cannot be shown again."""
    user = user_with_email(email)
    if user is None:
        raise click.ClickException(f"Nobody has an account with the address {email}.")
    if not user.is_active:
        raise click.ClickException(f"The account of {email} is closed or not confirmed.")
    if not name.strip() or len(name) > 80:
        raise click.ClickException("A token's name has 1 to 80 characters.")
    click.echo(in_transaction(lambda: create_api_token(user, name.strip(), now=clock.now())))
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
