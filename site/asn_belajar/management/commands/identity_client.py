"""`manage.py identity_client "Name of the tool" https://tool.example/callback`: lets a partner's tool in."""

from typing import Any
from urllib.parse import urlsplit

from allauth.idp.oidc.adapter import get_adapter
from allauth.idp.oidc.models import Client
from django.core.management.base import BaseCommand, CommandError, CommandParser

from asn_belajar.accounts.idp.adapter import SCOPES


class Command(BaseCommand):
    help = "Register a tool that may sign people in with our accounts; prints its id and its secret, once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name")
        parser.add_argument("redirect_uri", nargs="+")

    def handle(self, *args: Any, name: str, redirect_uri: list[str], **options: Any) -> None:
        for address in redirect_uri:
            parts = urlsplit(address)
            if parts.scheme != "https" and parts.hostname not in ("127.0.0.1", "localhost"):
                raise CommandError(f"{address}: the address of a tool begins with https.")
        secret = get_adapter().generate_client_secret()
        client = Client(name=name, type=Client.Type.CONFIDENTIAL)
        client.set_scopes(list(SCOPES))
        client.set_redirect_uris(redirect_uri)
        client.set_secret(secret)
        client.full_clean()
        client.save()
        self.stdout.write(f"client_id     {client.id}\nclient_secret {secret}")
