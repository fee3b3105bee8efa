import { type TSchema, Type } from 'typebox';

/** Pieces of which the JSON of every process is made. */
export function nullable<Schema extends TSchema>(schema: Schema) {
  return Type.Union([schema, Type.Null()]);
}

/** Unix ms. */
export const momentMs = Type.Integer({ description: 'Unix ms' });
export const momentMsOrNull = nullable(momentMs);
export const textOrNull = nullable(Type.String());

export const latLon = Type.Object({
  lat: Type.Number({ description: 'degrees WGS-84' }),
  lon: Type.Number({ description: 'degrees WGS-84' }),
});

/** `GET /healthz` when all is well; otherwise 503 with `ok: false` and the reasons. */
export const healthAnswer = Type.Object({
  ok: Type.Boolean(),
  reasons: Type.Optional(Type.Array(Type.String())),
});
