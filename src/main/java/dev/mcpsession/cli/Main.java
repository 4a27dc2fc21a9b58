package dev.mcpsession.cli;

import dev.mcpsession.process.Shutdown;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParseResult;

/**
 * The command line. Exit codes: 0 after help and SIGTERM, 2 for an unusable command line or
 * configuration, 1 otherwise.
 */
@Command(
    name = "mcp-session-operator",
    description = "Runs McpSessions on Kubernetes.",
    versionProvider = VersionOption.class,
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "ROLE")
public final class Main {
  static final int OK = 0;
  static final int FAILED = 1;
  static final int UNUSABLE = 2;

  private static final String TUNNELING = "jdk.http.auth.tunneling.disabledSchemes";

  /** Roles that have no other output than their log. */
  private static final Set<String> SERVERS = Set.of("operator", "gateway");

  private final Map<String, String> environment;
  private final PrintWriter out;
  private final PrintWriter err;

  Main(Map<String, String> environment, PrintWriter out, PrintWriter err) {
    this.environment = environment;
    this.out = out;
    this.err = err;
  }

  /** Exits with the exit codes above and no others. */
  public static void main(String[] arguments) {
    Map<String, String> environment = System.getenv();
    if (environment.containsKey("KUBERNETES_SERVICE_HOST")
        && System.getProperty("LOG_FORMAT") == null) {
      System.setProperty(
          "LOG_FORMAT", environment.getOrDefault("LOG_FORMAT", "JSON")); // read by logback.xml
    }
    if (arguments.length > 0
        && (!SERVERS.contains(arguments[0])
            || List.of(arguments).contains(RotateKeysCommand.NAME))) {
      System.setProperty("LOG_TARGET", "System.err"); // likewise
    }
    if (System.getProperty(TUNNELING) == null) {
      System.setProperty(TUNNELING, ""); // else Java sends no password to the proxy of an issuer
    }
    PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    int code = new Main(environment, out, err).run(arguments);
    System.exit(code);
  }

  /** Returns the exit code; does not return while a role runs. */
  int run(String... arguments) {
    CommandLine root =
        new CommandLine(this)
            .addSubcommand(new OperatorCommand())
            .addSubcommand(new GatewayCommand())
            .addSubcommand(new ExplainCommand())
            .addSubcommand(new CleanupCommand());
    root.setOut(out).setErr(err); // and of all its subcommands
    collectErrors(root);
    ParseResult result = root.parseArgs(arguments);
    List<String> problems = new ArrayList<>();
    collect(result, problems);
    if (problems.isEmpty() && CommandLine.executeHelpRequest(result) != null) {
      return OK;
    }
    if (!result.hasSubcommand()) {
      problems.add(
          "No role is given; there is: " + String.join(", ", root.getSubcommands().keySet()));
      return refuse(problems, root);
    }
    ParseResult last = result;
    while (last.hasSubcommand()) {
      last = last.subcommand();
    }
    CommandLine chosen = last.commandSpec().commandLine();
    return chosen.getCommand() instanceof OneShotCommand task
        ? runTask(task, chosen, problems)
        : runServer(chosen.<ServerCommand>getCommand(), chosen, problems);
  }

  private static void collectErrors(CommandLine command) {
    command.getCommandSpec().parser().collectErrors(true);
    command.getSubcommands().values().forEach(Main::collectErrors);
  }

  private int runTask(OneShotCommand task, CommandLine command, List<String> problems) {
    Optional<OneShotCommand.Run> prepared = task.prepare(environment, problems);
    return problems.isEmpty() && prepared.isPresent()
        ? prepared.get().run(out, err)
        : refuse(problems, command);
  }

  private int runServer(ServerCommand server, CommandLine command, List<String> problems) {
    Shutdown shutdown = new Shutdown();
    shutdown.install();
    Optional<? extends ServerCommand.Start> prepared = server.prepare(environment, problems);
    int code =
        problems.isEmpty() && prepared.isPresent()
            ? serve(prepared.get(), shutdown)
            : refuse(problems, command);
    shutdown.remove();
    return code;
  }

  private static void collect(ParseResult result, List<String> problems) {
    for (Exception error : result.errors()) {
      if (!problems.contains(error.getMessage())) {
        problems.add(error.getMessage());
      }
    }
    if (result.hasSubcommand()) {
      String sub = result.subcommand().commandSpec().name();
      result.matchedOptionsSet().stream()
          .filter(option -> !option.usageHelp() && !option.versionHelp())
          .forEach(
              option ->
                  problems.add(
                      option.longestName()
                          + " stands before "
                          + sub
                          + ", which does not see it; put it behind "
                          + sub));
      collect(result.subcommand(), problems);
    }
  }

  private int refuse(List<String> problems, CommandLine command) {
    problems.forEach(err::println);
    err.println("See: " + command.getCommandSpec().qualifiedName() + " --help");
    return UNUSABLE;
  }

  private int serve(ServerCommand.Start prepared, Shutdown shutdown) {
    Logger log = LoggerFactory.getLogger(Main.class);
    try {
      shutdown.closes(
          prepared.start(
              why -> {
                log.error("Ends, since {}", why);
                Runtime.getRuntime().halt(FAILED);
              }));
      new CountDownLatch(1).await();
      return OK;
    } catch (IOException e) {
      err.println(e.getMessage());
      return FAILED;
    } catch (InterruptedException e) {
      return FAILED;
    }
  }
}
