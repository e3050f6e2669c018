// The stages of a fan. See definition.ts for the formulas, lower.ts for their order.
import { normGradientSums, normStatistics, sumWeightPartials } from '../../../wasm/assembly/norm.as.ts';
import { fanBackward, fanBackwardLater, fanSumParts } from './backward.as.ts';
import { fanForward } from './forward.as.ts';
import { fanMatrices } from './matrices.as.ts';

export {
  fanBackward,
  fanBackwardLater,
  fanForward,
  fanMatrices,
  fanSumParts,
  normGradientSums,
  normStatistics,
  sumWeightPartials,
};
