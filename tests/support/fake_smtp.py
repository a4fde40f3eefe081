"""A mail relay that does what real ones will not do on request: every verb may answer anything, hang, trickle or hang
up. Standard library only. A script is a dict: verb -> answer; see Relay.answer."""
import asyncio
import base64
import ssl


class Relay:
    """One relay on a port of its own. `script` keys: greeting helo starttls auth mail rcpt data dot, each a reply line,
    or 'drop' (hang up), 'hang' (say nothing), 'trickle' (a byte a second). `tls`: (certificate, key) or None.
    `capabilities`: EHLO lines. `inject`: bytes glued to the STARTTLS answer."""

    def __init__(self, script=None, tls=None, capabilities=(), inject=b"", user=None):
        self.script, self.tls, self.capabilities = dict(script or {}), tls, list(capabilities)
        self.inject, self.user = inject, user
        self.mails, self.commands, self.port = [], [], 0

    async def start(self):
        self.server = await asyncio.start_server(self.session, "127.0.0.1", 0)
        self.port = self.server.sockets[0].getsockname()[1]

    async def stop(self):
        self.server.close()

    async def answer(self, writer, verb, default):
        text = self.script.get(verb, default)
        if isinstance(text, list):
            text = text.pop(0) if text else default
        if text == "drop":
            writer.transport.abort()
            raise ConnectionResetError
        if text == "hang":
            await asyncio.sleep(60)
        if text == "trickle":
            for byte in b"220-slow\r\n" * 60:
                writer.write(bytes([byte]))
                await asyncio.sleep(1)
        writer.write(text.encode("utf-8", "surrogateescape") + b"\r\n")
        await writer.drain()
        return text

    async def session(self, reader, writer):
        try:
            await self.talk(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError, ssl.SSLError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    async def starttls(self, reader, writer):
        writer.write(b"220 go ahead\r\n" + self.inject)
        await writer.drain()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*self.tls)
        transport = writer.transport
        protocol = transport.get_protocol()
        secure = await asyncio.get_running_loop().start_tls(transport, protocol, context, server_side=True)
        reader._transport = secure
        writer._transport = secure
        protocol._over_ssl = True

    async def auth(self, reader, writer, line):
        words = line.split()
        if words[1].upper() == "PLAIN":
            if len(words) < 3:
                writer.write(b"334 \r\n")
                words.append((await reader.readline()).decode().strip())
            self.commands.append("credentials " + base64.b64decode(words[2]).decode().replace("\0", ":"))
        else:
            for question in (b"VXNlcm5hbWU6", b"UGFzc3dvcmQ6"):
                writer.write(b"334 " + question + b"\r\n")
                await reader.readline()
        await self.answer(writer, "auth", "235 welcome")

    async def talk(self, reader, writer):
        await self.answer(writer, "greeting", "220 relay.test ESMTP")
        secure, recipients = False, 0
        while True:
            line = (await reader.readline()).decode("latin-1")
            if not line:
                return
            verb = line.split()[0].upper() if line.split() else ""
            self.commands.append(line.strip())
            if verb in ("EHLO", "HELO"):
                lines = ["relay.test"] + self.capabilities + (["STARTTLS"] if self.tls and not secure else [])
                for i, text in enumerate(lines):
                    writer.write(("250%s%s\r\n" % (" " if i + 1 == len(lines) else "-", text)).encode())
            elif verb == "STARTTLS":
                if "starttls" in self.script:
                    await self.answer(writer, "starttls", "")
                    continue
                await self.starttls(reader, writer)
                secure = True
            elif verb == "AUTH":
                await self.auth(reader, writer, line)
            elif verb == "MAIL":
                await self.answer(writer, "mail", "250 ok")
            elif verb == "RCPT":
                recipients += (await self.answer(writer, "rcpt", "250 ok")).startswith("2")
            elif verb == "DATA":
                text = await self.answer(writer, "data", "354 go" if recipients else "503 no recipients")
                if not text.startswith("354"):
                    continue
                if self.script.get("dot") == "drop-in-text":
                    await reader.readline()
                    writer.transport.abort()
                    return
                body = b""
                while not body.endswith(b"\r\n.\r\n"):
                    body += await reader.readexactly(1)
                self.mails.append(body[:-3])
                await self.answer(writer, "dot", "250 taken")
            elif verb == "QUIT":
                writer.write(b"221 bye\r\n")
                return
            else:
                writer.write(b"500 what\r\n")
