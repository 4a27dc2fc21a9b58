package dev.mcpsession.gateway.site;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;

/**
 * The answer to a {@link SiteRequest}.
 *
 * @param headers in this order; a name may be there more than once (Set-Cookie)
 */
@SuppressWarnings("ArrayRecordComponent") // copied on its way in and out, and compared by nobody
public record SiteAnswer(int status, List<Header> headers, byte[] body) {
  /** One header, whose value cannot end it (response splitting). */
  public record Header(String name, String value) {
    /**
     * Of a name that is a constant.
     *
     * @throws IllegalArgumentException if the value is not visible ASCII
     */
    public Header {
      if (value.chars().anyMatch(c -> c < 0x20 || c > 0x7e)) {
        throw new IllegalArgumentException("the value of " + name + " is not visible ASCII");
      }
    }

    /** The name alone, for the value may be a cookie. */
    @Override
    public String toString() {
      return name;
    }
  }

  public SiteAnswer {
    headers = List.copyOf(headers);
    body = body.clone();
  }

  @Override
  public byte[] body() {
    return body.clone();
  }

  /** An answer without a body. */
  public static SiteAnswer of(int status) {
    return new SiteAnswer(status, List.of(), new byte[0]);
  }

  /** An answer with a text in UTF-8. */
  public static SiteAnswer of(int status, String contentType, String text) {
    return new SiteAnswer(
        status, List.of(new Header("Content-Type", contentType)), text.getBytes(UTF_8));
  }

  /** The same with one header more. */
  public SiteAnswer with(String name, String value) {
    List<Header> more = new ArrayList<>(headers);
    more.add(new Header(name, value));
    return new SiteAnswer(status, more, body);
  }

  /** Leaves out headers and body. */
  @Override
  public String toString() {
    return "SiteAnswer[" + status + "]";
  }
}
