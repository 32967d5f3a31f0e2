import {
  EXIT,
  applyLiveEvents,
  serverMessageSchema,
  type InvestigationSnapshot,
  type ServerMessage,
} from '@fleetscope/contracts';
import WebSocket from 'ws';
import { CliError } from './cli-error';
import { type Connection } from './connection';

const MAX_WAIT_MS = 5_000;
/** Without a connection for so long: a control plane that was restarted is back long before. */
const GIVE_UP_MS = 120_000;
const CLOSE_UNAUTHORISED = 4401;
const ENDED = new Set(['succeeded', 'cancelled', 'failed']);

/**
 * Follows an investigation to its end over the websocket; a lost connection is taken up again where it broke off.
 * `onChange` gets every new state. Resolves with the last one.
 */
export const follow = (
  connection: Connection,
  investigation: string,
  onChange: (snapshot: InvestigationSnapshot) => void,
): Promise<InvestigationSnapshot> =>
  new Promise((done, failed) => {
    let snapshot: InvestigationSnapshot | undefined;
    let wait = 250;
    let heard = Date.now();
    const take = (next: InvestigationSnapshot, socket: WebSocket): void => {
      snapshot = next;
      onChange(next);
      if (!ENDED.has(next.investigation.state)) return;
      socket.close(1000);
      done(next);
    };
    const open = (): void => {
      const socket = new WebSocket(`${connection.url.replace(/^http/, 'ws')}/api/v1/live`, {
        headers: { authorization: `Bearer ${connection.token}` },
      });
      socket.on('open', () => {
        heard = Date.now();
        wait = 250;
        socket.send(JSON.stringify({ type: 'subscribe', investigation, ...(snapshot ? { since: snapshot.seq } : {}) }));
      });
      socket.on('message', (data) => {
        heard = Date.now();
        const message: ServerMessage = serverMessageSchema.parse(JSON.parse(String(data)));
        if (message.type === 'snapshot') take(message.snapshot, socket);
        else if (message.type === 'events' && snapshot) take(applyLiveEvents(snapshot, message.events), socket);
        else if (message.type === 'problem') {
          socket.close(1000);
          failed(new CliError(message.detail));
        }
      });
      socket.on('error', () => socket.terminate());
      socket.on('close', (code) => {
        if (code === 1000) return;
        if (code === CLOSE_UNAUTHORISED) return failed(new CliError('the token is not valid, or was revoked'));
        if (Date.now() - heard > GIVE_UP_MS)
          return failed(
            new CliError(
              `the server has not answered for ${GIVE_UP_MS / 1000} s`,
              EXIT.fault,
              `it may still run: fleetscope show ${investigation}`,
            ),
          );
        setTimeout(open, wait);
        wait = Math.min(MAX_WAIT_MS, wait * 2);
      });
    };
    open();
  });
