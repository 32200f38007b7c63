import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cycles, folderCycles } from './architecture/cycles.ts';
import { missingFiles, pathsOutside } from './architecture/documents.ts';
import { environmentOutsideConfig } from './architecture/environment.ts';
import { type Failure, print } from './architecture/failures.ts';
import { brokenFloors } from './architecture/floors.ts';
import { foreignImports } from './architecture/imports.ts';
import { emptyNames } from './architecture/names.ts';
import { longFiles, longFunctions } from './architecture/sizes.ts';
import { parse, readDocuments } from './architecture/sources.ts';
import { sqlOutsideStores } from './architecture/sql.ts';
import { forbiddenSyntax, forbiddenWords, unfinishedTests } from './architecture/syntax.ts';

const documents = readDocuments();
const sources = parse(documents);

test('folders import only what lies below them', () => check(foreignImports(sources)));
test('no files import each other', () => check(cycles(sources)));
test('no folders import each other', () => check(folderCycles(sources)));
test('the folders of a product stand on floors', () => check(brokenFloors(sources)));
test('SQL stands in stores', () => check(sqlOutsideStores(sources)));
test('the environment is read in one place', () => check(environmentOutsideConfig(sources)));
test('files are short', () => check(longFiles(sources)));
test('functions are short', () => check(longFunctions(sources)));
test('files and types have names that say something', () => check(emptyNames(sources)));
test('the sources run as they are, and no check is silenced', () =>
  check(forbiddenSyntax(sources)));
test('every test runs', () => check(unfinishedTests(sources)));
test('nothing is left for later', () => check(forbiddenWords(sources)));
test('the project stands alone', () => check(pathsOutside(documents)));
test('texts name files that are there', () => check(missingFiles(documents)));

function check(failures: Failure[]): void {
  assert.ok(failures.length === 0, failures.map((failure) => `\n${print(failure)}`).join(''));
}
