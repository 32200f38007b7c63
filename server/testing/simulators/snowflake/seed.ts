import type { Engine } from './engine.ts';
import { SnowflakeSession } from './session.ts';

const portion = 1_000;

/** Contacts in RAW.CONTACTS: some change at one moment, some are of nobody. Each has an order in RAW.ORDERS. */
export async function seed(engine: Engine, records: number): Promise<void> {
  const connection = engine.connect();
  const session = new SnowflakeSession('0', connection);
  await session.run(
    `CREATE TABLE RAW.CONTACTS (ID NUMBER(38,0) NOT NULL, EMAIL VARCHAR(320), "fullName" VARCHAR,
       BALANCE NUMBER(38,4), SCORE FLOAT, IS_ACTIVE BOOLEAN, BORN DATE,
       UPDATED_AT TIMESTAMP_NTZ(9), DETAILS VARIANT, PRIMARY KEY (ID))`,
    [],
  );
  for (let from = 1; from <= records; from += portion) {
    const count = Math.min(portion, records - from + 1);
    const rows = Array.from({ length: count }, (_, at) => contact(from + at));
    const expressions = [
      ...['TO_NUMBER(AS_VARCHAR(GET(VALUE, 0)), 38, 0)', 'AS_VARCHAR(GET(VALUE, 1))'],
      ...['AS_VARCHAR(GET(VALUE, 2))', 'TO_NUMBER(AS_VARCHAR(GET(VALUE, 3)), 38, 4)'],
      ...['TO_DOUBLE(AS_VARCHAR(GET(VALUE, 4)))', 'TO_BOOLEAN(AS_VARCHAR(GET(VALUE, 5)))'],
      ...['TO_DATE(AS_VARCHAR(GET(VALUE, 6)))', 'TO_TIMESTAMP_NTZ(AS_VARCHAR(GET(VALUE, 7)))'],
      'PARSE_JSON(AS_VARCHAR(GET(VALUE, 8)))',
    ];
    await session.run(
      `INSERT INTO RAW.CONTACTS (ID, EMAIL, "fullName", BALANCE, SCORE, IS_ACTIVE, BORN, UPDATED_AT, DETAILS)
       SELECT ${expressions.join(', ')} FROM TABLE(FLATTEN(INPUT => PARSE_JSON(?)))`,
      [JSON.stringify(rows)],
    );
  }
  await session.run(
    `CREATE TABLE RAW.ORDERS (ID NUMBER(38,0) NOT NULL, CONTACT_ID NUMBER(38,0) NOT NULL,
       TOTAL NUMBER(38,4), PLACED_AT TIMESTAMP_NTZ(9), PRIMARY KEY (ID),
       FOREIGN KEY (CONTACT_ID) REFERENCES RAW.CONTACTS (ID))`,
    [],
  );
  await session.run(
    `INSERT INTO RAW.ORDERS (ID, CONTACT_ID, TOTAL, PLACED_AT)
     SELECT ID, ID, BALANCE, UPDATED_AT FROM RAW.CONTACTS`,
    [],
  );
  engine.disconnect(session.close());
}

function contact(id: number): (string | null)[] {
  const minutes = Math.floor(id / 3);
  const moment = new Date(Date.UTC(2026, 0, 1, 0, minutes)).toISOString().slice(0, 19);
  return [
    ...[String(id), id % 7 === 0 ? null : `person.${id}@example.com`, `Person ${id}`],
    ...[`${id * 1.25}`, String(id / 8), id % 2 === 0 ? 'true' : 'false'],
    ...[`19${String(50 + (id % 50)).padStart(2, '0')}-03-04`, moment, `{"number": ${id}}`],
  ];
}
