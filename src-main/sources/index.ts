/** Where the bytes of records come from. */
export { type ByteSource, explain, openFile } from './file/open-file.ts';
export { followFile, type FileFollower, type FollowEvent, type FollowOwner } from './file/file-follower.ts';
