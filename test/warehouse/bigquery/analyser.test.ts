import { expect, it } from 'vitest';
import { describeAnalysed, type Given } from '../../support/zetasql/index.ts';

const t = '`p.ds.t`';
const s = '`p.ds.s`';

const given: Given = {
  tables: {
    'p.ds.t': {
      id: 'INT64',
      parent: 'INT64',
      name: 'STRING',
      open: 'BOOL',
      amount: 'NUMERIC',
      ratio: 'FLOAT64',
      day: 'DATE',
      seen: 'TIMESTAMP',
      document: 'JSON',
      tags: 'ARRAY<STRING>',
      "we ird:é'": 'STRING',
      select: 'STRING',
    },
    'p.ds.s': { id: 'INT64', name: 'STRING', tags: 'ARRAY<STRING>', seen: 'TIMESTAMP' },
  },
  parameters: {
    id: 'INT64',
    name: 'STRING',
    open: 'BOOL',
    amount: 'NUMERIC',
    ratio: 'FLOAT64',
    day: 'DATE',
    seen: 'TIMESTAMP',
    document: 'JSON',
    names: 'ARRAY<STRING>',
    rows: 'ARRAY<STRUCT<id INT64, name STRING, `we ird` ARRAY<STRING>>>',
  },
};

const tree = `WITH RECURSIVE up AS (SELECT id, parent FROM ${t} WHERE id = @id
  UNION ALL SELECT t.id, t.parent FROM ${t} AS t JOIN up ON t.id = up.parent) SELECT id FROM up`;

/** What BigQuery takes: kinds of statements, and a script of them. */
const accepted: readonly (readonly [string, string])[] = [
  ['QueryStmt', `SELECT t.\`id\`, \`we ird:é'\`, \`select\` FROM ${t} AS t WHERE t.name IN UNNEST(@names)`],
  ['QueryStmt', `SELECT x, o FROM UNNEST(@names) AS x WITH OFFSET AS o`],
  ['QueryStmt', `SELECT @name, @open, @amount, @ratio, @day, @seen, @document, @id, @rows`],
  ['QueryStmt', `SELECT t.id FROM ${t} AS t LEFT JOIN ${s} AS s ON t.id = s.id AND s.seen > t.seen`],
  [
    'QueryStmt',
    `SELECT id FROM ${t} AS t WHERE NOT EXISTS (SELECT 1 FROM ${s} AS s WHERE s.id = t.id AND s.seen > t.seen)`,
  ],
  [
    'QueryStmt',
    `SELECT JSON_REMOVE(document, '$."a"'), document['a'], TO_JSON_STRING(STRUCT(id AS \`a\`, tags)) FROM ${t}`,
  ],
  ['QueryStmt', `SELECT PARSE_JSON(name, wide_number_mode=>'round'), TO_JSON_STRING(tags) FROM ${t}`],
  [
    'QueryStmt',
    `SELECT IF((SELECT COUNT(*) FROM ${t}) = 1, 'ok', ERROR('it\\'s \\\\ \\u00e9')), @@row_count`,
  ],
  [
    'QueryStmt',
    `SELECT * FROM ${t} WHERE TRUE QUALIFY ROW_NUMBER() OVER (PARTITION BY id ORDER BY seen DESC) = 1`,
  ],
  ['QueryStmt', tree],
  ['InsertStmt', `INSERT INTO ${t} (id) ${tree}`],
  ['InsertStmt', `INSERT INTO ${t} (id, tags, document) VALUES (@id, [], PARSE_JSON(@name))`],
  [
    'UpdateStmt',
    `UPDATE ${t} AS t SET name = c.name, tags = c.\`we ird\` FROM UNNEST(@rows) AS c WHERE t.id = c.id`,
  ],
  ['DeleteStmt', `DELETE FROM ${t} AS t WHERE t.id = @id`],
  ['TruncateStmt', `TRUNCATE TABLE ${t}`],
  [
    'MergeStmt',
    `MERGE INTO ${t} AS t USING (SELECT id, name FROM UNNEST(@rows)) AS s ON t.id = s.id
     WHEN MATCHED AND t.seen < @seen THEN UPDATE SET name = s.name WHEN NOT MATCHED THEN INSERT (id, name) VALUES (s.id, s.name)`,
  ],
  [
    'MergeStmt',
    `MERGE INTO ${t} AS t USING ${s} AS s ON FALSE WHEN NOT MATCHED THEN INSERT (id) VALUES (s.id)`,
  ],
  [
    'AlterTableStmt',
    `ALTER TABLE ${t} ADD COLUMN IF NOT EXISTS \`new\` ARRAY<STRING> OPTIONS(description='it\\'s'), ADD COLUMN IF NOT EXISTS more JSON`,
  ],
  ['AlterTableStmt', `ALTER TABLE ${t} RENAME COLUMN name TO label, RENAME COLUMN seen TO moment`],
  [
    'AlterTableStmt',
    `ALTER TABLE ${t} ALTER COLUMN name DROP NOT NULL, ALTER COLUMN amount SET DATA TYPE BIGNUMERIC`,
  ],
  [
    'BeginStmt UpdateStmt CommitStmt',
    `BEGIN TRANSACTION; UPDATE ${t} SET open = @open WHERE id = @id; COMMIT TRANSACTION;`,
  ],
  [
    'BeginStmt CreateTableAsSelectStmt InsertStmt CommitStmt',
    `BEGIN TRANSACTION;
     CREATE TEMP TABLE found AS SELECT id AS \`the id\`, tags FROM ${t};
     INSERT INTO ${t} (id, tags) SELECT \`the id\`, tags FROM found WHERE 'é;' = @name;
     COMMIT TRANSACTION`,
  ],
];

/** What BigQuery refuses, and of what the message speaks. */
const refused: readonly (readonly [RegExp, string])[] = [
  [/Syntax error/, `SELECT FROM ${t}`],
  [/Unrecognized name: nope/, `SELECT nope FROM ${t}`],
  [/Table not found.*[\s\S]*⟪here⟫`p\.ds\.nope`/, `SELECT id FROM \`p.ds.nope\``],
  [/Table not found/, `SELECT id FROM \`ds.t\``],
  [/Table not found/, `SELECT id FROM \`p\`.\`ds\`.\`t\``],
  [/There is no table p\.ds\.T/, `SELECT id FROM \`p.ds.T\``],
  [/Table not found/, `ALTER TABLE \`p.ds.nope\` ADD COLUMN x STRING`],
  [/nope/, `ALTER TABLE ${t} RENAME COLUMN nope TO other`],
  [/nope/, `ALTER TABLE ${t} ALTER COLUMN nope DROP NOT NULL`],
  [/name/, `ALTER TABLE ${t} ADD COLUMN name STRING`],
  [/descriptoin/, `ALTER TABLE ${t} ADD COLUMN x STRING OPTIONS(descriptoin='x')`],
  [/cannot be NOT NULL/, `ALTER TABLE ${t} ADD COLUMN x STRING NOT NULL`],
  [/parameter 'nope' not found/, `SELECT @nope`],
  [/STRING cannot be assigned to amount/, `UPDATE ${t} SET amount = @name WHERE TRUE`],
  [/cannot be assigned to tags/, `UPDATE ${t} SET tags = @name WHERE TRUE`],
  [/STRING cannot be assigned to document/, `UPDATE ${t} SET document = @name WHERE TRUE`],
  [/must have a WHERE clause/, `UPDATE ${t} SET name = @name`],
  [/must have a WHERE clause/, `DELETE FROM ${t}`],
  [/INT64 which cannot be inserted into column name/, `INSERT INTO ${t} (name) VALUES (1)`],
  [/wrong column count/, `INSERT INTO ${t} (id, name) VALUES (1)`],
  [/Equality is not defined for arguments of type ARRAY/, `SELECT tags = tags FROM ${t}`],
  [/Grouping is not defined/, `SELECT tags IS DISTINCT FROM tags FROM ${t}`],
  [/Grouping is not defined/, `SELECT document IS DISTINCT FROM document FROM ${t}`],
  [/cannot be used in SELECT DISTINCT/, `SELECT DISTINCT tags FROM ${t}`],
  [/Partitioning by expressions of type FLOAT64/, `SELECT ROW_NUMBER() OVER (PARTITION BY ratio) FROM ${t}`],
  [/Invalid cast from JSON to STRING/, `SELECT CAST(document AS STRING) FROM ${t}`],
  [/Function not found/, `SELECT jsonb_set(document) FROM ${t}`],
  [
    /Table not found: found/,
    `INSERT INTO ${t} (id) SELECT id FROM found; CREATE TEMP TABLE found AS SELECT id FROM ${t}`,
  ],
  [/Unrecognized name: name/, `CREATE TEMP TABLE found AS SELECT id FROM ${t}; SELECT name FROM found`],
  [/UNION DISTINCT is not allowed/, tree.replace('UNION ALL', 'UNION DISTINCT')],
  [/top level/, `SELECT id FROM (${tree})`],
  [/top level/, `UPDATE ${t} SET open = TRUE WHERE id IN (${tree})`],
  [
    /WITH is not allowed inside/,
    tree.replace('WITH RECURSIVE', 'WITH RECURSIVE a AS (WITH b AS (SELECT 1 AS c) SELECT c FROM b),'),
  ],
  [
    /IN and EXISTS are not allowed/,
    tree.replace('SELECT t.id,', `SELECT IF(t.id IN (SELECT id FROM ${s}), 1, 2),`),
  ],
  [
    /NOT IN is not allowed/,
    tree.replace(') SELECT id FROM up', ` WHERE t.id NOT IN (SELECT id FROM ${s})) SELECT id FROM up`),
  ],
  [
    /equality of fields from both sides/,
    `SELECT t.id FROM ${t} AS t LEFT JOIN ${s} AS s ON t.id = s.id OR t.name = s.name`,
  ],
  [
    /equality of fields from both sides/,
    `SELECT t.id FROM ${t} AS t LEFT JOIN ${s} AS s ON t.seen > s.seen AND s.id = @id`,
  ],
  [/ON of a MERGE/, `MERGE INTO ${t} AS t USING ${s} AS s ON t.id > s.id WHEN MATCHED THEN DELETE`],
  [/correlated/, `SELECT id FROM ${t} AS t WHERE EXISTS (SELECT 1 FROM ${s} AS s WHERE s.id > t.id)`],
  [
    /AlterTableStmt is not allowed/,
    `BEGIN TRANSACTION; ALTER TABLE ${t} ADD COLUMN x STRING; COMMIT TRANSACTION`,
  ],
  [/after COMMIT/, `BEGIN TRANSACTION; SELECT 1; COMMIT TRANSACTION; SELECT 2`],
  [/nested/, `BEGIN TRANSACTION; BEGIN TRANSACTION; COMMIT TRANSACTION`],
  [/never committed/, `BEGIN TRANSACTION; SELECT 1`],
  [/CommitStmt without/, `SELECT 1; COMMIT TRANSACTION`],
];

describeAnalysed("Google's analyser", ({ analyse }) => {
  it.each(accepted)('%s: %s', async (kinds, script) => {
    expect((await analyse(script, given)).join(' ')).toBe(kinds);
  });

  it.each(refused)('refuses, as %s: %s', async (message, script) => {
    await expect(analyse(script, given)).rejects.toThrow(message);
  });

  it('names the statement of a script that is wrong, by line and column', async () => {
    const script = `BEGIN TRANSACTION;\nSELECT 'é';\nUPDATE ${t} SET amount = @name WHERE TRUE;\nCOMMIT TRANSACTION;`;
    await expect(analyse(script, given)).rejects.toThrow(/\[at 3:\d+\]\n.*SET amount = ⟪here⟫@name/);
  });

  it('knows no table and no parameter of another script', async () => {
    await analyse(`CREATE TEMP TABLE found AS SELECT id FROM ${t}; SELECT id, @name FROM found`, given);
    await expect(analyse('SELECT id FROM found')).rejects.toThrow(/Table not found/);
    await expect(analyse('SELECT @name')).rejects.toThrow(/not found/);
  });
});
