// A genotype: the discrete cells that a search derives, as immutable plain data.

/** One kept edge: an operation on a source state. */
export interface GenotypeEdge {
  readonly operation: string;
  /** 0 to inputs - 1 are the cell's inputs, then its nodes. */
  readonly from: number;
}

export interface CellGenotype {
  /** Incoming edges of every node; in DARTS strongest first. */
  readonly nodes: readonly (readonly GenotypeEdge[])[];
  /** States (inputs counted) that are concatenated, or the one state that leaves the cell. */
  readonly concat: readonly number[];
}

/** By cell kind: `normal` and `reduce` in DARTS, `cell` in NAS-Bench-201. */
export type Genotype = Readonly<Record<string, CellGenotype>>;
