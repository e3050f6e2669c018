// The part of libsvm-js 0.2 that is used; the package has no types.

declare module 'libsvm-js/asm.js' {
  export interface SvmOptions {
    readonly type: number;
    readonly kernel: number;
    readonly cost: number;
    readonly nu: number;
    readonly gamma: number;
    readonly quiet: boolean;
  }
  export default class SVM {
    static readonly SVM_TYPES: { readonly NU_SVR: number };
    static readonly KERNEL_TYPES: { readonly RBF: number };
    constructor(options: SvmOptions);
    train(samples: readonly (readonly number[])[], labels: readonly number[]): void;
    predictOne(sample: readonly number[]): number;
    /** Memory of the model is not collected: it must be freed. */
    free(): void;
  }
}
