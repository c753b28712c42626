import type { Reporter, SerializedError, TestModule } from 'vitest/node';

/**
 * Ends the output with one line of its own, "12 passed, 0 failed" or "12 passed, 0 failed, 1 skipped", also after what the
 * teardown prints. What fails outside of all tests, such as a file that can't be loaded, counts as one failed test.
 */
export default class ClosingLine implements Reporter {
  private readonly counts = { passed: 0, failed: 0, skipped: 0, pending: 0 };

  onInit(): void {
    process.once('exit', (code) => {
      const { passed, failed, skipped, pending } = this.counts;
      const unrun = skipped + pending;
      const line = `${passed} passed, ${code === 0 ? failed : Math.max(failed, 1)} failed`;
      process.stdout.write(unrun > 0 ? `${line}, ${unrun} skipped\n` : `${line}\n`);
    });
  }

  onTestRunEnd(modules: readonly TestModule[], errors: readonly SerializedError[]): void {
    Object.assign(this.counts, { passed: 0, failed: errors.length, skipped: 0, pending: 0 });
    for (const module of modules) {
      const states = [...module.children.allTests()].map((test) => test.result().state);
      for (const state of states) this.counts[state] += 1;
      if (module.state() === 'failed' && !states.includes('failed')) this.counts.failed += 1;
    }
  }
}
