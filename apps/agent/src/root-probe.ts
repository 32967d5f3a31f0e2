import { connect, type Socket } from 'node:net';
import { type Probe, type ProbeEnd } from './probe';
import { type Errand, FrameReader, rootEndOf } from './root-frames';

/** A probe that the root half runs for us. The connection is its lifeline. */
export class RootProbe implements Probe {
  private readonly socket: Socket;
  private killTimer: NodeJS.Timeout | undefined;
  readonly ended: Promise<ProbeEnd>;

  constructor(
    path: string,
    errand: Errand,
    onBytes: (bytes: Buffer) => void,
    private readonly graceMs = 4_500,
  ) {
    const socket = connect(path);
    this.socket = socket;
    this.ended = new Promise((done) => {
      let end: ProbeEnd | null = null;
      let fault = 'the root half went away in mid-run';
      const reader = new FrameReader((kind, bytes) => {
        if (kind === 'O') onBytes(bytes);
        else end = rootEndOf(bytes.toString('utf8'));
      });
      socket.on('data', (bytes) => {
        try {
          reader.push(bytes);
        } catch (error) {
          fault = (error as Error).message;
          socket.destroy();
        }
      });
      socket.on('error', (error) => (fault = `the root half can't be reached: ${error.message}`));
      socket.once('close', () => {
        clearTimeout(this.killTimer);
        done(end ?? { exitStatus: null, signal: null, stderr: fault });
      });
    });
    socket.write(`${JSON.stringify(errand)}\n`);
  }

  stop(): void {
    if (this.killTimer) return;
    this.socket.end();
    this.killTimer = setTimeout(() => this.socket.destroy(), this.graceMs);
  }

  pause(): void {
    this.socket.pause();
  }

  resume(): void {
    this.socket.resume();
  }
}
