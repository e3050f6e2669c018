// Ends a test run with the skipped tests, each with its reason, and one line of counts that a machine can read.
import type { Reporter, TestModule, TestSuite } from 'vitest/node';

/** Errors outside of tests: files that do not load, hooks that fail. */
function errorsOutsideTests(module: TestModule): number {
  const suites: (TestModule | TestSuite)[] = [module, ...module.children.allSuites()];
  return suites.filter((suite) => suite.errors().length > 0).length;
}

export class CountsReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly unknown[]): void {
    let passed = 0;
    let failed = unhandled.length;
    const skipped: string[] = [];
    for (const module of modules) {
      failed += errorsOutsideTests(module);
      for (const test of module.children.allTests()) {
        const result = test.result();
        if (result.state === 'passed') passed += 1;
        else if (result.state === 'failed') failed += 1;
        else {
          const reason = result.state === 'skipped' ? result.note : 'did not run';
          skipped.push(`  ${module.relativeModuleId} > ${test.fullName}: ${reason ?? 'no reason given'}`);
        }
      }
    }
    if (skipped.length > 0) console.log(`Skipped tests:\n${skipped.join('\n')}\n`);
    console.log(`tests: ${passed} passed, ${failed} failed, ${skipped.length} skipped`);
  }
}
