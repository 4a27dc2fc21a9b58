package dev.mcpsession.gateway.stream;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.mcpsession.gateway.route.JsonText;
import dev.mcpsession.gateway.stream.ScannedMessage.IdKind;
import dev.mcpsession.gateway.stream.ScannedMessage.Range;
import java.util.List;
import java.util.Optional;

/**
 * Finds the ids of a server's own requests in the JSON-RPC messages of an event, as their bytes
 * come, without building anything of them: {@code id} and {@code params._meta.progressToken} of
 * what has a {@code method}, and {@code params.requestId} of its notifications/cancelled. A message
 * may be one of a batch (MCP 2025-03-26). Not thread-safe.
 */
final class MessageScanner {
  private enum Level {
    TEXT,
    MESSAGE,
    PARAMS,
    META
  }

  private enum Name {
    OTHER,
    METHOD,
    ID,
    ANSWER,
    PARAMS,
    META,
    PROGRESS_TOKEN,
    REQUEST_ID
  }

  /** Longer names are not those that are looked for, whatever escapes they are written with. */
  private static final int LONGEST_NAME = 100;

  private final ScannedMessage message = new ScannedMessage();
  private Level level = Level.TEXT;

  /** How many objects and arrays are open that are of no interest. */
  private int nested;

  private boolean inString;
  private boolean inScalar;
  private boolean escape;
  private boolean escapes;
  private boolean nameNext;
  private Name name = Name.OTHER;
  private int start;

  /** What comes is not JSON: nothing is looked for until the next event. */
  private boolean broken;

  private boolean answered;

  /** Whether an answer was among the messages so far. */
  boolean isAnswered() {
    return answered;
  }

  /**
   * Reads on until the end of a line.
   *
   * @param ids takes what was found
   * @return the index of the first byte that was not read
   */
  int scan(byte[] bytes, int from, int to, List<Range> ids) {
    int i = from;
    while (i < to && bytes[i] != '\n' && bytes[i] != '\r') {
      if (broken) {
        i++;
      } else if (inString) {
        i = string(bytes, i, to);
      } else if (inScalar) {
        i = scalar(bytes, i, to);
      } else {
        structure(bytes[i], i, ids);
        i++;
      }
    }
    return i;
  }

  /** Neither a string nor a number goes on over the end of a line. */
  void endOfLine(byte[] bytes, int index) {
    broken |= inString;
    if (inScalar && !broken) {
      inScalar = false;
      value(bytes, index, false);
    }
  }

  private int string(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      byte b = bytes[i];
      if (escape) {
        escape = false;
      } else if (b == '"') {
        inString = false;
        endOfString(bytes, i + 1);
        return i + 1;
      } else if (b == '\\') {
        escape = true;
        escapes = true;
      } else if (b >= 0 && b < 0x20) {
        if (b != '\n' && b != '\r') {
          broken = true;
        }
        return i;
      }
    }
    return to;
  }

  private int scalar(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      byte b = bytes[i];
      if ((b >= 0 && b <= ' ') || b == ',' || b == '}' || b == ']') {
        inScalar = false;
        value(bytes, i, false);
        return i;
      }
    }
    return to;
  }

  private void structure(byte b, int index, List<Range> ids) {
    switch (b) {
      case '"' -> {
        inString = true;
        escapes = false;
        start = index;
      }
      case '{', '[' -> open(b);
      case '}', ']' -> close(ids);
      case ':' -> nameNext = false;
      case ',' -> nameNext = true;
      case ' ', '\t' -> {}
      default -> {
        if (nested == 0) {
          inScalar = true;
          start = index;
        }
      }
    }
  }

  private void open(byte b) {
    if (nested > 0) {
      nested++;
      return;
    }
    if (level == Level.MESSAGE && name == Name.ANSWER) {
      message.answers();
    }
    Level inner =
        switch (level) {
          case TEXT -> Level.MESSAGE;
          case MESSAGE -> name == Name.PARAMS ? Level.PARAMS : null;
          case PARAMS -> name == Name.META ? Level.META : null;
          case META -> null;
        };
    if (b == '{' && inner != null) {
      level = inner;
      nameNext = true;
      name = Name.OTHER;
    } else if (level != Level.TEXT) {
      nested = 1;
    } // else the array of a batch
  }

  private void close(List<Range> ids) {
    if (nested > 0) {
      nested--;
      return;
    }
    name = Name.OTHER;
    switch (level) {
      case TEXT -> {}
      case MESSAGE -> {
        level = Level.TEXT;
        answered |= message.isAnswer();
        message.end(ids);
      }
      case PARAMS -> level = Level.MESSAGE;
      case META -> level = Level.PARAMS;
    }
  }

  private void endOfString(byte[] bytes, int end) {
    if (nested > 0) {
      return;
    }
    if (nameNext && level != Level.TEXT) {
      name = name(text(bytes, end));
    } else {
      value(bytes, end, true);
    }
  }

  private Name name(Optional<String> text) {
    return switch (level) {
      case TEXT -> Name.OTHER;
      case MESSAGE ->
          switch (text.orElse("")) {
            case "method" -> Name.METHOD;
            case "id" -> Name.ID;
            case "result", "error" -> Name.ANSWER;
            case "params" -> Name.PARAMS;
            default -> Name.OTHER;
          };
      case PARAMS ->
          switch (text.orElse("")) {
            case "_meta" -> Name.META;
            case "requestId" -> Name.REQUEST_ID;
            default -> Name.OTHER;
          };
      case META -> text.orElse("").equals("progressToken") ? Name.PROGRESS_TOKEN : Name.OTHER;
    };
  }

  /** A name, or a value that is no object and no array. */
  private void value(byte[] bytes, int end, boolean string) {
    switch (name) {
      case METHOD -> message.method(string ? text(bytes, end).orElse("") : null);
      case ANSWER -> message.answers();
      case ID -> id(IdKind.OF_MESSAGE, bytes, end, string);
      case PROGRESS_TOKEN -> id(IdKind.PROGRESS_TOKEN, bytes, end, string);
      case REQUEST_ID -> id(IdKind.OF_REQUEST, bytes, end, string);
      case PARAMS, META, OTHER -> {}
    }
    name = Name.OTHER;
  }

  private void id(IdKind kind, byte[] bytes, int end, boolean string) {
    if (string || isNumber(bytes[start])) {
      message.has(kind, new Range(start, end));
    }
  }

  private static boolean isNumber(byte first) {
    return first == '-' || (first >= '0' && first <= '9');
  }

  /** Empty if it is too long to be of interest. */
  private Optional<String> text(byte[] bytes, int end) {
    if (end - start > LONGEST_NAME) {
      return Optional.empty();
    }
    String quoted = new String(bytes, start, end - start, UTF_8);
    return escapes
        ? JsonText.unquoted(quoted)
        : Optional.of(quoted.substring(1, quoted.length() - 1));
  }

  /** What was found so far is judged by what is known so far: it is passed on now. */
  void decide(List<Range> ids) {
    message.decide(ids);
  }

  /** The index from which on bytes are needed still. */
  int neededFrom(int end) {
    boolean needed =
        switch (name) {
          case METHOD, ID, PROGRESS_TOKEN, REQUEST_ID -> inString || inScalar;
          default -> inString && nameNext;
        };
    return needed && nested == 0 && !broken ? start : end;
  }

  /** A name or an id is too long to be held until its end. */
  void giveUp() {
    broken = true;
  }

  /** So many bytes before the next one are gone. */
  void shift(int by) {
    start -= by;
    message.shift(by);
  }

  /** What follows is another event. A message that is not whole is none. */
  void endOfEvent() {
    if (level != Level.TEXT || inString || inScalar || nested > 0 || broken) {
      level = Level.TEXT;
      nested = 0;
      inString = false;
      inScalar = false;
      escape = false;
      broken = false;
      message.clear();
    }
    name = Name.OTHER;
  }
}
