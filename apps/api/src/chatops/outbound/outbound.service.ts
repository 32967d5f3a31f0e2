import { Inject, Injectable } from '@nestjs/common';
import { lookup, type LookupAddress } from 'node:dns';
import { request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP } from 'node:net';
import { invalid, RUNTIME, type Runtime } from '../../platform';
import { AddressRules, hostText } from './address-rules';

const TIMEOUT_MS = 10_000;
const MAX_ANSWER_BYTES = 4 * 1024 * 1024;

/** The URL may not be called, or the call did not end as it should; the message can be shown. */
export class OutboundError extends Error {}

export interface OutboundCall {
  readonly method?: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly timeoutMs?: number;
  readonly maxBytes?: number;
}

export interface OutboundAnswer {
  readonly status: number;
  readonly text: string;
}

/**
 * The one way out to a URL that somebody gave. Where it leads is decided by the addresses that its name has at the moment
 * of connecting, and the connection goes to just those: a name that answers differently the second time gains nothing.
 * Redirects are not followed.
 */
@Injectable()
export class Outbound {
  /** The system's; a test answers in its place. */
  protected readonly resolve: typeof lookup = lookup;
  private readonly rules: AddressRules;

  constructor(@Inject(RUNTIME) runtime: Pick<Runtime, 'outboundAllow'>) {
    this.rules = new AddressRules(runtime.outboundAllow);
  }

  /** For URLs that are given to be called later. @throws 400 with why it would be refused as its name stands now. */
  async mustBeCallable(path: string, text: string): Promise<void> {
    try {
      const url = urlOf(text);
      if (this.refusedLiteral(url) === null && isIP(hostText(url.hostname)) === 0)
        await new Promise<void>((done, failed) =>
          this.checkedLookup(hostText(url.hostname), { all: true }, (error) => (error ? failed(error) : done())),
        );
    } catch (error) {
      if (!(error instanceof OutboundError)) throw error;
      throw invalid(path, `an address that may be called: ${error.message}`, shortened(text));
    }
  }

  /** @throws OutboundError; an answer of any status is an answer. */
  call(text: string, options: OutboundCall = {}): Promise<OutboundAnswer> {
    return new Promise((done, failed) => {
      const fail = (error: Error): void => {
        const said = error.name === 'TimeoutError' || error.name === 'AbortError' ? 'it took too long' : error.message;
        failed(error instanceof OutboundError ? error : new OutboundError(said));
      };
      try {
        const url = urlOf(text);
        this.refusedLiteral(url);
        const { method = 'GET', headers = {}, body, timeoutMs = TIMEOUT_MS, maxBytes = MAX_ANSWER_BYTES } = options;
        const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
        const request = send(
          url,
          {
            method,
            headers: { ...headers, ...(body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }) },
            // No connection is taken up again: each is to an address that was just looked at.
            agent: false,
            lookup: this.checkedLookup as RequestOptions['lookup'],
            signal: AbortSignal.timeout(timeoutMs),
          },
          (response) => readAnswer(response, maxBytes).then(done, fail),
        );
        request.on('error', fail);
        request.end(body);
      } catch (error) {
        fail(error as Error);
      }
    });
  }

  /** An address that stands in the URL is not looked up. @throws OutboundError */
  private refusedLiteral(url: URL): null {
    const host = hostText(url.hostname);
    if (isIP(host) === 0 || this.rules.allowsName(host)) return null;
    const refusal = this.rules.refusal(host);
    if (refusal !== null) throw notAllowed(refusal);
    return null;
  }

  private readonly checkedLookup = (
    hostname: string,
    options: { all?: boolean; family?: number | string },
    back: (error: Error | null, address?: string | LookupAddress[], family?: number) => void,
  ): void => {
    this.resolve(hostname, { all: true }, (error, addresses) => {
      if (error) return back(new OutboundError(`the name ${hostname} can't be resolved (${error.code ?? 'unknown'})`));
      const refusal = this.rules.allowsName(hostname)
        ? undefined
        : addresses.map(({ address }) => this.rules.refusal(address)).find((refused) => refused !== null);
      const [first] = addresses;
      // One inner address among outer ones is a trick, not a mistake.
      if (refusal) return back(notAllowed(`${hostname}: ${refusal}`));
      if (!first) return back(new OutboundError(`the name ${hostname} has no address`));
      return options.all ? back(null, addresses) : back(null, first.address, first.family);
    });
  };
}

const notAllowed = (what: string): OutboundError =>
  new OutboundError(`${what}; name it in FLEETSCOPE_OUTBOUND_ALLOW if it is meant`);

/** Without path and query: those of a chat program are as good as a password. */
export const shortened = (text: string): string => (URL.canParse(text) ? new URL(text).origin : 'no URL');

const urlOf = (text: string): URL => {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || !/^https?:$/.test(url.protocol)) throw new OutboundError('expected http://… or https://…');
  if (url.username !== '' || url.password !== '') throw new OutboundError('expected no name or password in it');
  return url;
};

const readAnswer = (response: IncomingMessage, maxBytes: number): Promise<OutboundAnswer> =>
  new Promise((done, failed) => {
    const parts: Buffer[] = [];
    let size = 0;
    response.on('data', (part: Buffer) => {
      size += part.length;
      if (size > maxBytes) response.destroy(new OutboundError(`the answer has more than ${maxBytes} bytes`));
      else parts.push(part);
    });
    response.on('end', () => done({ status: response.statusCode ?? 0, text: Buffer.concat(parts).toString('utf8') }));
    response.on('error', failed);
  });
