/** What the operator of an installation can do about scheduling; every write is audited. */
export { createConsumer, listConsumers, rotateConsumer } from './consumers.ts';
export { erasePatient } from './patients.ts';
export {
  addDoctor,
  addLocation,
  changeDoctor,
  changeLocation,
  changePractice,
  createPractice,
  listPractices,
  loadFormOf,
  removePlace,
  showPracticeOf,
} from './practices.ts';
export { revokeConsumer } from './revocation.ts';
