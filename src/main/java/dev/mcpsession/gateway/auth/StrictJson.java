package dev.mcpsession.gateway.auth;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.text.ParseException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * PURE. JSON objects that two readers cannot understand differently. That of Nimbus takes lists for
 * objects, and gives null for the text null.
 */
public final class StrictJson {
  private static final ObjectReader READER =
      JsonMapper.builder()
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build()
          .readerFor(new TypeReference<Map<String, Object>>() {});

  private StrictJson() {}

  /**
   * Reads an object.
   *
   * @param json in UTF-8
   * @throws ParseException if it is anything else; the message tells nothing
   */
  public static Map<String, Object> object(byte[] json) throws ParseException {
    try {
      @Nullable Map<String, Object> object = READER.readValue(json);
      if (object != null) {
        return object;
      }
    } catch (IOException e) {
      // Said below; what Jackson says may repeat what it read.
    }
    throw new ParseException("no JSON object", 0);
  }
}
