/** Prints the totals as the last line of standard output, for people and for machines. */
export default class SummaryReporter {
  onRunComplete(_contexts, results) {
    // A suite that could not even be loaded holds no counted test, and is a failure all the same.
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    const skipped = results.numPendingTests + results.numTodoTests;
    process.stdout.write(`${results.numPassedTests} passed, ${failed} failed, ${skipped} skipped\n`);
  }
}
