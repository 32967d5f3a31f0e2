import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer, type Server } from 'node:tls';

/** What docs/operate asks for: a proxy that speaks TLS where others reach it, before a control plane that listens on loopback alone. */
export class TlsFront {
  private readonly dir = mkdtempSync(join(tmpdir(), 'tls-front-'));
  private readonly sockets = new Set<Socket>();
  private server: Server | undefined;
  /** Addresses that have connected. */
  readonly callers = new Set<string>();

  /** Of the authority that made its certificate: for NODE_EXTRA_CA_CERTS. */
  readonly certificate = join(this.dir, 'front.crt');

  /** @returns its URL. */
  async start(address: string, target: string): Promise<string> {
    const key = join(this.dir, 'front.key');
    const made = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
    const name = ['-subj', '/CN=front', '-addext', `subjectAltName=IP:${address}`];
    execFileSync('openssl', ['req', '-x509', ...made, ...name, '-keyout', key, '-out', this.certificate], {
      stdio: 'ignore',
    });
    const { hostname, port } = new URL(target);
    const server = createServer({ key: readFileSync(key), cert: readFileSync(this.certificate) }, (socket) => {
      this.callers.add(socket.remoteAddress ?? '');
      const onward = connect(Number(port), hostname);
      for (const [one, other] of [
        [socket, onward],
        [onward, socket],
      ] as const) {
        this.sockets.add(one);
        one.on('error', () => other.destroy()).on('close', () => (this.sockets.delete(one), other.destroy()));
        one.pipe(other);
      }
    });
    server.on('tlsClientError', () => undefined);
    this.server = server;
    await new Promise<void>((done) => server.listen(0, address, done));
    return `https://${address}:${(server.address() as AddressInfo).port}`;
  }

  close(): void {
    for (const socket of this.sockets) socket.destroy();
    this.server?.close();
    rmSync(this.dir, { recursive: true, force: true });
  }
}
