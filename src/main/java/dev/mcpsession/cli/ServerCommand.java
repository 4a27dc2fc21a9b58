package dev.mcpsession.cli;

import dev.mcpsession.process.Shutdown;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** A role of the jar that runs until it is told to stop. */
interface ServerCommand {
  /** What a valid command line asks for. */
  interface Start {
    /**
     * Returns at once; the role waits for what is missing in the cluster.
     *
     * @param ends called with the reason, as the rest of a sentence that begins with "since", when
     *     the process must exit
     * @throws IOException if an address cannot be listened on, or a file cannot be read
     */
    Shutdown.RunningRole start(Consumer<String> ends) throws IOException;
  }

  /**
   * Validates everything before anything starts.
   *
   * @param environment the process's environment variables
   * @param problems gets a sentence for each problem
   * @return empty if there is a problem
   */
  Optional<? extends Start> prepare(Map<String, String> environment, List<String> problems);
}
