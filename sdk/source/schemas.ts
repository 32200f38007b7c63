// In the package these are plain values: the build writes them out.
export {
  conditionOperators,
  extensionProtocol,
  fieldTypes,
} from '../../contract/sync/extension-protocol.ts';
