package dev.mcpsession.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A role of the jar that is run by hand or by a Job, does one thing and ends. */
interface OneShotCommand {
  /** What a valid command line amounts to. */
  interface Run {
    /**
     * Returns the exit code.
     *
     * @param out for what was asked for
     * @param err for why that is not to be had
     */
    int run(PrintWriter out, PrintWriter err);
  }

  /**
   * Checks everything before anything is begun.
   *
   * @param environment the process's
   * @param problems gets a sentence for each thing that is wrong
   * @return nothing if something is wrong
   */
  Optional<Run> prepare(Map<String, String> environment, List<String> problems);
}
