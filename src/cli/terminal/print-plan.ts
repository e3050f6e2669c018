// What `--dry-run` prints: the complete configuration as a file for --config, with facts in its comments.

import { stringify } from 'yaml';

export function printPlan(config: object, facts: readonly string[]): void {
  console.log(stringify(config, { flowCollectionPadding: true }).trimEnd());
  console.log(facts.map((fact) => `# ${fact}`).join('\n'));
}
