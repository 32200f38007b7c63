import { ConnectorError } from '../failure.ts';

/** A file as the place knows it. */
export type Stored = {
  /** Its path below the place, parted by slashes. */
  readonly name: string;
  /** Another one whenever the file has changed. */
  readonly stamp: string;
};

/** Where files are: a folder, or a bucket. */
export type Place = {
  /** All files, in the order of their names; hidden ones are left out. */
  list(): Promise<Stored[]>;
  /** A path on this machine under which the file can be read until the session ends. */
  fetch(file: Stored): Promise<string>;
  /**
   * Puts a whole file in its place, or nothing. With `over`: only as long as what is there is this one,
   * or nothing. @throws ConnectorError `retry` when it is another one by now
   */
  put(name: string, path: string, over?: { file: Stored | undefined }): Promise<void>;
  close(): Promise<void>;
};

/** Somebody else has written to a file that was to be appended to. */
export class ChangedMeanwhile extends ConnectorError {
  constructor(name: string) {
    super('retry', `${name} has been changed by somebody else meanwhile; nothing was written.`);
  }
}
