/** The entry of the window. */
import { connect } from '../engine/index.ts';
import { startWindow } from './start.tsx';

startWindow(connect);
