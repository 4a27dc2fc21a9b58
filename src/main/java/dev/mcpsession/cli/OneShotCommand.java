package dev.mcpsession.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A role of the jar that is run by hand or by a Job, does one thing and exits. */
interface OneShotCommand {
  /** What a valid command line asks for. */
  interface Run {
    /**
     * Returns the exit code.
     *
     * @param out for the result
     * @param err for the reason if there is none
     */
    int run(PrintWriter out, PrintWriter err);
  }

  /**
   * Validates everything before anything starts.
   *
   * @param environment the process's environment variables
   * @param problems gets a sentence for each problem
   * @return empty if there is a problem
   */
  Optional<Run> prepare(Map<String, String> environment, List<String> problems);
}
