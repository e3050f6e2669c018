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

/** Skip connections of one cell kind among its kept edges. */
export interface SkipCount {
  readonly kind: string;
  readonly skips: number;
  readonly edges: number;
}

/** Skip connections (`skip_connect`) of every cell kind. */
export function countSkips(genotype: Genotype): readonly SkipCount[] {
  return Object.entries(genotype).map(([kind, cell]) => {
    const edges = cell.nodes.flat();
    const skips = edges.filter((edge) => edge.operation === 'skip_connect').length;
    return { kind, skips, edges: edges.length };
  });
}

/** The cell kinds with skips on more than half of the kept edges: how DARTS is known to collapse. */
export function skipCollapses(genotype: Genotype): readonly SkipCount[] {
  return countSkips(genotype).filter(({ skips, edges }) => skips > edges / 2);
}
