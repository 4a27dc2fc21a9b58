package dev.mcpsession.gateway;

import dev.mcpsession.metrics.MeterDescription;
import java.util.List;

/**
 * Every meter of the gateway. No label holds a user, a session or an id; namespaces and templates
 * are those that exist, and methods those of the MCP specification, since anybody could invent
 * others.
 */
@SuppressWarnings("ImmutableEnumChecker") // List.of and toList make immutable lists
public enum GatewayMeter implements MeterDescription {
  REQUESTS(
      "mcpsession.gateway.requests",
      Type.COUNTER,
      List.of("namespace", "template", "era", "method", "outcome"),
      List.of(),
      "Requests that have ended, by namespace and template (`-`: no such template), era (`legacy`,"
          + " `modern`, `unknown`), method of the JSON-RPC message (`GET`, `DELETE` and `OPTIONS`"
          + " where there is none; `other` if the MCP specification has none of this name) and"
          + " outcome (`ok`, `client_error`, `unauthorized`, `forbidden`, `not_found`, `limited`,"
          + " `backend_error`, `unavailable`, `cancelled`)."),
  REQUEST_DURATION(
      "mcpsession.gateway.request.duration",
      Type.HISTOGRAM,
      List.of("era"),
      List.of(
          "5ms", "10ms", "25ms", "50ms", "100ms", "250ms", "500ms", "1s", "2500ms", "5s", "10s",
          "30s", "1m", "5m"),
      "Seconds from a request's head to the end of its answer, without GET streams."),
  HOP(
      "mcpsession.gateway.hop",
      Type.HISTOGRAM,
      List.of(),
      List.of("1ms", "2ms", "5ms", "10ms", "25ms", "50ms", "100ms", "250ms", "500ms", "1s", "5s"),
      "Those seconds without the time of the backend and of waiting for a session: the gateway's"
          + " own."),
  STREAMS(
      "mcpsession.gateway.streams",
      Type.GAUGE,
      List.of("era"),
      List.of(),
      "Answers that are streams of events and go on, in this replica."),
  SESSION_WAITS(
      "mcpsession.gateway.session.waits",
      Type.HISTOGRAM,
      List.of("cause"),
      List.of(
          "100ms", "250ms", "500ms", "1s", "2500ms", "5s", "10s", "15s", "20s", "25s", "30s", "1m",
          "5m"),
      "Seconds that requests waited for their session, by what came of it (`served`, or why none"
          + " serves, such as `starting` and `failed`)."),
  REBINDS(
      "mcpsession.gateway.rebinds",
      Type.COUNTER,
      List.of("outcome"),
      List.of(),
      "Legacy session ids that were bound to another backend, by outcome (`moved`; `lost`: another"
          + " replica was faster; `gone`: it ended meanwhile; `failed`)."),
  RESUMES(
      "mcpsession.gateway.resumes",
      Type.COUNTER,
      List.of("outcome"),
      List.of(),
      "Streams that legacy clients asked for the rest of, by where it came from (`backend`;"
          + " `buffer`: of this replica; `replica`: the buffer of another one; `live`: a GET"
          + " stream, from now on; `lost`: nobody had it)."),
  BUFFERED_BYTES(
      "mcpsession.gateway.buffered.bytes",
      Type.GAUGE,
      List.of(),
      List.of(),
      "Bytes of events that this replica keeps for clients that come back, of backends that give"
          + " no event ids."),
  SLOW_CLIENTS(
      "mcpsession.gateway.slow.clients",
      Type.GAUGE,
      List.of(),
      List.of(),
      "Streams of this replica whose client was 1,000 events behind, or took nothing between two"
          + " heartbeats while more was there for it, and has not come within 500 events since."),
  ACTIVITY_WRITES(
      "mcpsession.gateway.activity.writes",
      Type.COUNTER,
      List.of(),
      List.of(),
      "Patches of sessions that report use."),
  REJECTED(
      "mcpsession.gateway.rejected",
      Type.COUNTER,
      List.of("reason"),
      List.of(),
      "Requests and connections that were turned away, by reason (`host`, `origin`, `headers`,"
          + " `body`, `slow`, `connections`, `requests`, `streams`, `new_sessions`, `session_ids`;"
          + " of tokens that were not accepted: `token_too_long`, `token_malformed`, `token_type`,"
          + " `token_critical_header`, `token_issuer`, `token_algorithm`, `token_key`,"
          + " `token_signature`, `token_audience`, `token_expired`, `token_not_yet_valid`,"
          + " `token_bound`, `token_claims`, `token_sign_in_ended`).");

  private final Row row;

  GatewayMeter(String id, Type type, List<String> labels, List<String> buckets, String meaning) {
    this.row = Row.of(id, type, labels, buckets, meaning);
  }

  @Override
  public Row row() {
    return row;
  }
}
