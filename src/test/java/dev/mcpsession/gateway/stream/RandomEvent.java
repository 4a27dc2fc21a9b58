package dev.mcpsession.gateway.stream;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** An event as some backend might write it, and as a client has to see it from revision 3. */
final class RandomEvent {
  private static final List<String> STRINGS =
      List.of("a", "", "id", "method", "é\uD83D\uDE00", "\\\"", "\\\\", "\\u0041", "{[", ",:}");

  private final Random random;
  private final StringBuilder sent = new StringBuilder();
  private final StringBuilder expected = new StringBuilder();

  RandomEvent(Random random) {
    this.random = random;
  }

  void append(StringBuilder allSent, StringBuilder allExpected) {
    String newLine = List.of("\n", "\r", "\r\n").get(random.nextInt(3));
    List<Runnable> lines = new ArrayList<>();
    lines.add(
        () -> {
          both("data:" + " ".repeat(random.nextInt(2)));
          text(newLine);
        });
    if (random.nextBoolean()) {
      String id = List.of("1", "x.y", " z", "é").get(random.nextInt(4));
      lines.add(() -> pair("id: " + id, "id: 3.Nw." + id));
    }
    if (random.nextBoolean()) {
      lines.add(
          () ->
              both(List.of("event: message", ": id: 1", "id", "retry: 1").get(random.nextInt(4))));
    }
    Collections.shuffle(lines, random);
    for (Runnable line : lines) {
      line.run();
      both(newLine);
    }
    both(newLine);
    allSent.append(sent);
    allExpected.append(expected);
  }

  private void pair(String backend, String client) {
    sent.append(backend);
    expected.append(client);
  }

  private void both(String text) {
    pair(text, text);
  }

  private String space() {
    return " ".repeat(random.nextInt(8) == 0 ? 1 : 0);
  }

  private void text(String newLine) {
    if (random.nextInt(5) > 0) {
      message(newLine);
      return;
    }
    both("[");
    int count = random.nextInt(3);
    for (int i = 0; i < count; i++) {
      both(i == 0 ? "" : ",");
      message(newLine);
    }
    both("]");
  }

  private String id() {
    return random.nextBoolean()
        ? Integer.toString(random.nextInt(1000))
        : '"' + STRINGS.get(random.nextInt(STRINGS.size())) + '"';
  }

  private static String rewritten(String id) {
    return "\"3." + id.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }

  private void message(String newLine) {
    boolean method = random.nextInt(4) > 0;
    boolean cancelled = random.nextInt(4) == 0;
    boolean request = !cancelled && random.nextBoolean();
    List<Runnable> members = new ArrayList<>();
    members.add(() -> both("\"jsonrpc\":\"2.0\""));
    if (method) {
      members.add(
          () ->
              both(
                  "\"method\""
                      + space()
                      + ":"
                      + (cancelled ? "\"notifications/cancelled\"" : "\"sampling/x\"")));
      members.add(() -> params(request, cancelled));
    } else {
      members.add(() -> both("\"result\":" + value(2)));
    }
    if (request || !method) {
      members.add(
          () -> {
            String id = id();
            both("\"id\"" + space() + ":" + space());
            pair(id, method ? rewritten(id) : id);
          });
    }
    Collections.shuffle(members, random);
    members(members, newLine);
  }

  private void members(List<Runnable> members, String newLine) {
    both("{");
    for (int i = 0; i < members.size(); i++) {
      both(i == 0 ? "" : "," + (random.nextInt(8) == 0 ? newLine + "data:" : ""));
      members.get(i).run();
      both(space());
    }
    both("}");
  }

  private void params(boolean request, boolean cancelled) {
    List<Runnable> members = new ArrayList<>();
    members.add(() -> both("\"x\":" + value(3)));
    if (random.nextBoolean()) {
      String id = id();
      members.add(
          () -> {
            both("\"requestId\":");
            pair(id, cancelled ? rewritten(id) : id);
          });
    }
    if (random.nextBoolean()) {
      String token = id();
      members.add(
          () -> {
            both("\"_meta\":{\"y\":" + value(1) + ",\"progressToken\":");
            pair(token, request ? rewritten(token) : token);
            both("}");
          });
    }
    Collections.shuffle(members, random);
    both("\"params\":");
    members(members, "\n");
  }

  private String value(int depth) {
    return switch (random.nextInt(depth > 0 ? 6 : 4)) {
      case 0 -> "null";
      case 1 -> "-1.5e3";
      case 2 -> '"' + STRINGS.get(random.nextInt(STRINGS.size())) + '"';
      case 3 -> "true";
      case 4 -> "[" + value(depth - 1) + "," + value(depth - 1) + "]";
      default -> "{\"id\":" + value(depth - 1) + ",\"method\":" + value(depth - 1) + "}";
    };
  }
}
