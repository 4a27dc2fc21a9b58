package dev.mcpsession.cli.secrecy;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLEncoder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Values that may stand nowhere but in the data of Secrets, and a search for them that never
 * repeats them.
 */
final class SecretValues {
  /** Of both ends of a value, so that one that was cut is found as well. */
  private static final int PIECE = 20;

  private final Map<String, String> names = new ConcurrentHashMap<>();

  /**
   * Adds a value.
   *
   * @param name what a leak of it is called
   */
  void add(String name, String value) {
    if (value.length() < PIECE) {
      throw new IllegalArgumentException(name + " is too short to be told from other text");
    }
    names.putIfAbsent(value, name);
  }

  int size() {
    return names.size();
  }

  /** Which values stand in a text, in any form, each once. */
  List<String> leaks(String place, String text) {
    List<String> leaks = new ArrayList<>();
    names.forEach(
        (value, name) ->
            forms(value)
                .forEach(
                    (form, written) -> {
                      if (text.contains(written)) {
                        leaks.add(name + ", " + form + ", in " + place);
                      }
                    }));
    return leaks;
  }

  private static Map<String, String> forms(String value) {
    Map<String, String> forms = new TreeMap<>();
    String end = value.substring(value.length() - PIECE);
    add(forms, "its end", end);
    if (!value.startsWith("eyJ")) { // what every JWT begins with
      add(forms, "its beginning", value.substring(0, PIECE));
    }
    return forms;
  }

  private static void add(Map<String, String> forms, String which, String piece) {
    forms.put(which + " as it is", piece);
    forms.put(which + " URL-encoded", URLEncoder.encode(piece, UTF_8));
    for (int offset = 0; offset < 3; offset++) {
      String encoded = encoded(piece, offset);
      forms.put(which + " in base64, offset " + offset, encoded);
      forms.put(
          which + " in base64url, offset " + offset, encoded.replace('+', '-').replace('/', '_'));
    }
  }

  /**
   * What all base64 has in common in which the piece stands so many bytes behind a multiple of
   * three, such as that of "id:secret" in a header.
   */
  private static String encoded(String piece, int offset) {
    byte[] padded = new byte[offset + piece.length()];
    Arrays.fill(padded, 0, offset, (byte) ' ');
    System.arraycopy(piece.getBytes(UTF_8), 0, padded, offset, piece.length());
    String encoded = Base64.getEncoder().withoutPadding().encodeToString(padded);
    return encoded.substring((offset * 8 + 5) / 6, padded.length * 8 / 6);
  }
}
