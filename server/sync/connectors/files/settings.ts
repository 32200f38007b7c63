import { Type } from 'typebox';
import type { FieldType } from '../../values/types.ts';
import { ceilings } from '../ceilings.ts';
import type { Settings } from '../connector.ts';
import { ConnectorError } from '../failure.ts';
import type { Manner } from './format.ts';
import type { Kind } from './names.ts';
import { decoderNamed } from './text.ts';
import { typeNamed } from './types.ts';

const words = { minLength: 1, maxLength: 1_024 };

export const config = Type.Object(
  {
    path: Type.Optional(
      Type.String({ ...words, description: 'A folder below that of the organization.' }),
    ),
    bucket: Type.Optional(
      Type.String({ ...words, description: 'A bucket of S3, in place of a folder.' }),
    ),
    prefix: Type.Optional(Type.String({ maxLength: 1_024 })),
    endpoint: Type.Optional(
      Type.String({ ...words, description: 'The URL of a service like S3.' }),
    ),
    region: Type.Optional(Type.String(words)),
    format: Type.Optional(Type.Enum(['csv', 'ndjson', 'parquet'])),
    encoding: Type.Optional(
      Type.String({ ...words, description: 'Where no byte order mark says it.' }),
    ),
    delimiter: Type.Optional(Type.String({ pattern: '^[\\t -!#-~]$' })),
    header: Type.Optional(Type.Boolean({ description: 'Whether the first line has the names.' })),
    columns: Type.Optional(
      Type.Record(Type.String(), Type.String(), {
        description: 'Types of columns by their names, like numeric(10,2); the others are text.',
      }),
    ),
    key: Type.Optional(Type.Array(Type.String(), { maxItems: 32 })),
    ...ceilings,
  },
  {
    additionalProperties: false,
    // A folder of this machine has no ceilings.
    dependencies: {
      path: { properties: Object.fromEntries(Object.keys(ceilings).map((name) => [name, false])) },
    },
  },
);

export const credentials = Type.Object(
  {
    access_key_id: Type.Optional(Type.String(words)),
    secret_access_key: Type.Optional(Type.String(words)),
  },
  { additionalProperties: false },
);

export type BucketPlace = {
  readonly bucket: string;
  readonly prefix: string;
  readonly endpoint: string | undefined;
  readonly region: string;
  readonly keys: { readonly accessKeyId: string; readonly secretAccessKey: string };
};

export type FilesSettings = {
  readonly where: { readonly path: string } | BucketPlace;
  readonly kind: Kind | undefined;
  readonly key: readonly string[];
  readonly manner: Manner;
};

/** @throws ConnectorError */
export function settingsOf({ config: given, credentials: secret }: Settings): FilesSettings {
  const { encoding, delimiter, header, columns, format, key } = given as Record<string, never>;
  if (encoding) decoderNamed(encoding);
  const types = Object.entries((columns ?? {}) as Record<string, string>).map(
    ([name, type]): [string, FieldType] => [name, typeNamed(name, type)],
  );
  return {
    where: whereOf(given as Record<string, string>, secret as Record<string, string>),
    kind: format,
    key: key ?? [],
    manner: { encoding, delimiter, hasHeader: header, columns: new Map(types) },
  };
}

function whereOf(given: Record<string, string>, secret: Record<string, string>) {
  const { path, bucket, prefix = '', endpoint, region = 'us-east-1' } = given;
  if ((path === undefined) === (bucket === undefined)) {
    throw new ConnectorError('configuration', 'Give either a path or a bucket.');
  }
  if (bucket === undefined) return { path: path as string };
  const { access_key_id: accessKeyId, secret_access_key: secretAccessKey } = secret;
  if (!accessKeyId || !secretAccessKey) {
    const message = 'A bucket needs access_key_id and secret_access_key.';
    throw new ConnectorError('configuration', message);
  }
  const folder = prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/`;
  return { bucket, prefix: folder, endpoint, region, keys: { accessKeyId, secretAccessKey } };
}
