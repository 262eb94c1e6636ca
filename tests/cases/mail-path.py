"""The far end of the mail path: a key for signatures, mails by IMAP, and a verifier of signatures that is not ours.

mail-path.py key FOLDER                     writes FOLDER/dkim.pem and FOLDER/dkim.txt, the record of the DNS
mail-path.py fetch FOLDER PORT CA USER PASS writes every mail of a mailbox to FOLDER/<n>.eml, prints a JSON list of
                                            {"file", "dkim", "changed"}: whether the signature holds, and whether it still
                                            does when a byte of the body is changed
"""

import base64
import imaplib
import json
import pathlib
import ssl
import sys

import dkim
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa


def key(folder):
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = private.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    )
    public = private.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    (folder / "dkim.pem").write_bytes(pem)
    (folder / "dkim.txt").write_bytes(b"v=DKIM1; k=rsa; p=" + base64.b64encode(public))


def verify(folder, message):
    record = (folder / "dkim.txt").read_bytes()
    asked = []

    def dns(name, timeout=5):
        asked.append(name)
        return record

    holds = dkim.verify(message, dnsfunc=dns)
    assert asked == [b"reports._domainkey.example.com."], asked
    return holds


def fetch(folder, port, ca, user, password):
    context = ssl.create_default_context(cafile=ca)
    box = imaplib.IMAP4("localhost", int(port))
    box.starttls(context)
    box.login(user, password)
    box.select("INBOX", readonly=True)
    _, found = box.search(None, "ALL")
    told = []
    for number in found[0].split():
        _, parts = box.fetch(number, "(BODY.PEEK[])")
        message = parts[0][1]
        file = folder / f"{user}-{int(number)}.eml"
        file.write_bytes(message)
        head, body = message.split(b"\r\n\r\n", 1)
        changed = head + b"\r\n\r\n" + body.replace(b"e", b"3", 1)
        told.append(
            {"file": str(file), "dkim": verify(folder, message), "changed": verify(folder, changed)}
        )
    box.logout()
    print(json.dumps(told))


if __name__ == "__main__":
    what, folder, *rest = sys.argv[1:]
    {"key": key, "fetch": fetch}[what](pathlib.Path(folder), *rest)
