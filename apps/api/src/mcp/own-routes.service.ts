import { type Problem } from '@fleetscope/contracts';
import { Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { type FastifyInstance } from 'fastify';

/** Who calls, as the request showed it. */
export interface CalledBy {
  readonly authorization: string;
  readonly address: string;
}

/** A route that did not answer with what was asked for: its own sentence, which can be shown. */
export class RouteRefusal extends Error {}

type Method = 'GET' | 'POST';
type Query = Readonly<Record<string, string | number | undefined>>;

/** The API's routes as one caller reaches them. */
export interface Routes {
  json<T>(method: Method, path: string, options?: { query?: Query; body?: object }): Promise<T>;
  text(path: string, query?: Query): Promise<string>;
}

/**
 * Calls routes of this process as whoever called: guards, roles, scopes, limits, validation and the audit log are those of the
 * route, as if the caller had asked for it directly. There is no second way to anything.
 */
@Injectable()
export class OwnRoutes {
  constructor(private readonly adapter: HttpAdapterHost) {}

  as({ authorization, address }: CalledBy): Routes {
    const call = async (method: Method, path: string, query: Query = {}, body?: object) => {
      const answer = await this.adapter.httpAdapter.getInstance<FastifyInstance>().inject({
        method,
        url: path,
        query: Object.fromEntries(
          Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])),
        ),
        headers: { authorization },
        remoteAddress: address,
        ...(body === undefined ? {} : { payload: body }),
      });
      if (answer.statusCode >= 400) throw refusal(answer.body);
      return answer;
    };
    return {
      json: async <T>(method: Method, path: string, { query, body }: { query?: Query; body?: object } = {}) =>
        (await call(method, path, query, body)).json<T>(),
      text: async (path, query) => (await call('GET', path, query)).body,
    };
  }
}

const refusal = (body: string): RouteRefusal => {
  const { title, detail, hint } = JSON.parse(body) as Problem;
  return new RouteRefusal(`${detail ?? title}${hint ? ` (${hint})` : ''}`);
};
