// Global average pool of one or more images, side by side: y[n, c] = mean over h, w of x[n,h,w,c].
import type { ConcatBackward, ConcatForward } from '../concat/types.ts';
import { type Instructions, instructionsOf } from '../../plan.ts';

/** xs: [N, H, W, C_i]; their channels follow one another in y. */
export type GlobalPoolForward = ConcatForward;
export type GlobalPoolBackward = ConcatBackward;

export const instructions: Instructions<GlobalPoolForward, GlobalPoolBackward> = instructionsOf('globalPool');
