import { createZodDto as createPlainDto } from 'nestjs-zod';

type Properties = Record<string, Record<string, unknown>>;
interface Described {
  _OPENAPI_METADATA_FACTORY(): Properties;
}

/** `type: [string, null]` with its bounds → one branch a type. */
const spelledOut = (property: Record<string, unknown>): Record<string, unknown> => {
  const { type, format, pattern, minLength, maxLength, minimum, maximum, ...rest } = property;
  if (!Array.isArray(type)) return property;
  const bounds = Object.fromEntries(
    Object.entries({ format, pattern, minLength, maxLength, minimum, maximum }).filter(
      ([, value]) => value !== undefined,
    ),
  );
  return {
    ...rest,
    type: '',
    anyOf: type.map((name: unknown) => (name === 'null' ? { type: 'null' } : { type: name, ...bounds })),
  };
};

const describeNullables = (described: Described): void => {
  const original = described._OPENAPI_METADATA_FACTORY;
  described._OPENAPI_METADATA_FACTORY = function (this: unknown) {
    return Object.fromEntries(
      Object.entries(original.call(this)).map(([name, property]) => [name, spelledOut(property)]),
    );
  };
};

/**
 * nestjs-zod's createZodDto, with nullable properties that survive: zod writes them as a list of types, which Nest's
 * Swagger module takes for "an array of".
 */
export const createZodDto: typeof createPlainDto = (schema, options) => {
  const dto = createPlainDto(schema, options);
  describeNullables(dto as unknown as Described);
  const output = Object.getOwnPropertyDescriptor(dto, 'Output')?.get;
  Object.defineProperty(dto, 'Output', {
    get(this: unknown) {
      const described = output?.call(this) as Described;
      describeNullables(described);
      return described;
    },
  });
  return dto;
};
