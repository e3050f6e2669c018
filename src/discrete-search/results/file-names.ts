// The files of searches without gradient other than logs and checkpoints.

export const genotypeFile = 'genotype.txt';
export const frontFile = 'front.svg';
export const curvesFile = 'curves.svg';
export const reportFile = 'report.md';
export const agreementFile = 'agreement.json';
