import { blanksEnd, lineEnd, newlineFrom, wordEnd } from '../core/byte-words';
import { KnownBytes } from '../core/known-bytes';
import type { LineBlock } from '../core/line-block';
import { MAX_DIGITS } from '../core/numbers';
import { NETIDS, STATES } from './ss-rows';
import { ADDRESSES, NETID, RECEIVE_QUEUE, SEND_QUEUE, type SocketTable, STATE } from './ss-table';

const TAB = 9;
const NEWLINE = 10;
const BLANK = 32;
const COLON = 58;

const OTHER = 0;
const IS_NETID = 1;
const IS_STATE = 2;

/**
 * The plain lines of ss, read from their bytes: sockets whose columns don't touch, and details below them. Any other line is
 * left to be read as text.
 */
export class SocketLines {
  /** What each name is, by its number. */
  private readonly roles: number[] = [];
  /** That of the last socket: ss prints sockets of one kind after each other. */
  private kind: Kind | null = null;

  constructor(private readonly sockets: SocketTable) {}

  /** Takes lines as long as they are plain; `taken` is called after the record of each socket. */
  read(block: LineBlock, taken: (at: number) => void): void {
    while (block.at < block.end) {
      const first = block.bytes[block.at] ?? NEWLINE;
      const isBelow = first === BLANK || first === TAB;
      const at = this.sockets.table.at;
      const newline = isBelow ? this.details(block) : first === NEWLINE ? block.at : this.socket(block);
      if (newline === -1 || newline - block.at > block.maxLineLength) return;
      if (!isBelow && first !== NEWLINE) {
        this.sockets.add();
        taken(at);
      }
      block.next(newline);
    }
  }

  private details(block: LineBlock): number {
    const from = blanksEnd(block.bytes, block.view, block.at);
    const end = lineEnd(block.bytes, from);
    if (end !== -1) return end;
    if (!this.sockets.hasSocket) return -1;
    const newline = block.newline();
    const place = newline - block.at > block.maxLineLength ? -1 : this.sockets.table.placeOf(block, from, newline);
    if (place === -1) return -1;
    this.sockets.details(place);
    return newline;
  }

  /** Reads a socket's line into the record in the making. */
  private socket(block: LineBlock): number {
    const { bytes, view } = block;
    const { table } = this.sockets;
    table.begin(block.line, null, 0, block);
    const { cells, at: record } = table;
    const kind = this.kind?.start.isAt(view, block.at) ? this.kind : this.readKind(block);
    if (!kind) return -1;
    cells[record + NETID] = kind.netid;
    cells[record + STATE] = kind.state;
    let end = block.at + kind.start.length;
    for (let column = RECEIVE_QUEUE; column <= SEND_QUEUE; column++) {
      const from = blanksEnd(bytes, view, end);
      end = from;
      let value = 0;
      for (let digit = digitAt(bytes, end); digit < 10; digit = digitAt(bytes, ++end)) value = value * 10 + digit;
      if (end === from || end - from > MAX_DIGITS || (bytes[end] ?? NEWLINE) > BLANK) return -1;
      cells[record + column] = value;
    }
    const local = blanksEnd(bytes, view, end);
    end = wordEnd(view, local);
    const peer = blanksEnd(bytes, view, end);
    if (peer === end || (bytes[peer] ?? NEWLINE) <= BLANK || !hasColon(bytes, local, end)) return -1;
    const newline = newlineFrom(view, peer);
    const place = table.placeOf(block, local, newline);
    cells[record + ADDRESSES] = place;
    return place === -1 ? -1 : newline;
  }

  /** Reads the netid, if there is one, and the state; null when a word is neither. */
  private readKind(block: LineBlock): Kind | null {
    const { bytes, view } = block;
    const { names } = this.sockets.table;
    let from = block.at;
    let end = wordEnd(view, from);
    let name = names.idAt(block, from, end);
    let netid = Number.NaN;
    if (this.roleOf(name) === IS_NETID) {
      netid = name;
      from = blanksEnd(bytes, view, end);
      end = wordEnd(view, from);
      name = names.idAt(block, from, end);
    }
    const next = bytes[end] ?? NEWLINE;
    if (this.roleOf(name) !== IS_STATE || (next !== BLANK && next !== TAB)) return null;
    this.kind = { start: new KnownBytes(block, block.at, end + 1), netid, state: name };
    return this.kind;
  }

  private roleOf(id: number): number {
    let role = this.roles[id];
    if (role === undefined) {
      const name = this.sockets.table.names.names[id] ?? '';
      role = NETIDS.has(name) ? IS_NETID : STATES.has(name) ? IS_STATE : OTHER;
      this.roles[id] = role;
    }
    return role;
  }
}

/** How the line of a socket begins, up to the blank behind its state. */
interface Kind {
  readonly start: KnownBytes;
  readonly netid: number;
  readonly state: number;
}

const digitAt = (bytes: Uint8Array, at: number): number => ((bytes[at] ?? NEWLINE) - 48) >>> 0;

/** Whether a colon is among the bytes; that of an address stands near its end. */
const hasColon = (bytes: Uint8Array, from: number, to: number): boolean => {
  let at = to - 1;
  while (at >= from && bytes[at] !== COLON) at--;
  return at >= from;
};
