import { type Labels } from '@fleetscope/contracts';
import { SetMetadata } from '@nestjs/common';

export const REACH = 'fleetscope:reach';

/** What the path of a route names: those can be looked up, and are not there for who may not see them. */
export type Named = 'host' | 'run' | 'investigation';
/**
 * What a route reaches, seen by a caller whose scope is not the whole fleet:
 * - `nothing`: it names no host;
 * - a thing its path names, by `:name` or `:id`: without hosts within the scope it is not there;
 * - `whole-investigation`: the same, and all of its hosts must be within the scope;
 * - `scoped`: the route itself leaves out, or refuses, what is outside;
 * - `fleet`: it is about the whole fleet, and refused. This holds where nothing is said.
 */
export type RouteReach = Named | 'whole-investigation' | 'nothing' | 'scoped' | 'fleet';

/** Every route says what it reaches: see RouteReach. */
export const Reaches = (reach: RouteReach): MethodDecorator & ClassDecorator => SetMetadata(REACH, reach);

/** What a scope is held against. */
export interface ScopedHost {
  readonly name: string;
  readonly class: string;
  readonly labels: Labels;
}
