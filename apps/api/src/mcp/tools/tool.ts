import { z } from 'zod';
import { type Routes } from '../own-routes.service';

export interface Tool {
  readonly name: string;
  readonly description: string;
  readonly input: z.ZodObject;
  /** Whether it starts something on hosts. */
  readonly starts: boolean;
  run(input: unknown, routes: Routes): Promise<Readonly<Record<string, unknown>>>;
}

/** What is validated is what `run` is given; the type of the input is forgotten, so that tools can stand in one list. */
export const tool = <S extends z.ZodObject>(definition: {
  readonly name: string;
  readonly description: string;
  readonly input: S;
  readonly starts?: boolean;
  readonly run: (input: z.output<S>, routes: Routes) => Promise<Readonly<Record<string, unknown>>>;
}): Tool => ({
  ...{ name: definition.name, description: definition.description, input: definition.input },
  starts: definition.starts ?? false,
  run: (input, routes) => definition.run(input as z.output<S>, routes),
});

/** How many entries somebody asks for. */
export const limit = (most: number, usual: number) =>
  z.int().min(1).max(most).default(usual).describe(`At most so many entries; ${most} are the most`);

export const investigationId = z.uuid().describe('Id of an investigation, as list_investigations gives it');
