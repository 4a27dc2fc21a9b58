package dev.mcpsession.gateway.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.gateway.route.Message.Kind;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RouteTest {
  private static Message message(Kind kind, @Nullable String method, boolean modern) {
    return new Message(
        kind,
        Optional.ofNullable(method),
        Optional.empty(),
        Optional.empty(),
        modern,
        "",
        Optional.empty());
  }

  @ParameterizedTest
  @CsvSource({
    // HTTP method, version header, session id, kind, method, modern _meta, era, route
    "POST,,,REQUEST,initialize,false,LEGACY,Initialize",
    "POST,2025-11-25,old,REQUEST,initialize,false,LEGACY,Initialize",
    "POST,2026-07-28,,REQUEST,initialize,false,MODERN,ToUser",
    "POST,2025-11-25,id,REQUEST,tools/call,false,LEGACY,ToConnection",
    "POST,,id,NOTIFICATION,notifications/initialized,false,LEGACY,ToConnection",
    "POST,,id,RESPONSE,,false,LEGACY,ToConnection",
    "POST,2025-03-26,id,BATCH,,false,LEGACY,ToConnection",
    "POST,,id,OTHER,,false,LEGACY,ToConnection",
    "POST,2026-07-28,id,REQUEST,tools/call,false,MODERN,ToUser",
    "POST,,id,REQUEST,tools/call,true,MODERN,ToUser",
    "POST,,,REQUEST,server/discover,true,MODERN,ToUser",
    "POST,2027-01-01,,REQUEST,tools/list,false,MODERN,ToUser",
    "POST,2025-11-25,,REQUEST,tools/list,false,UNKNOWN,ToUser",
    "POST,9,,REQUEST,tools/list,false,UNKNOWN,ToUser",
    "POST,,,NOTIFICATION,initialize,false,UNKNOWN,ToUser",
    "POST,,,BATCH,,false,UNKNOWN,ToUser",
    "POST,,,MALFORMED,,false,UNKNOWN,Refused",
    "POST,2026-07-28,,MALFORMED,,false,MODERN,Refused",
    "POST,,id,MALFORMED,,false,LEGACY,Refused",
    "GET,2025-11-25,id,NONE,,false,LEGACY,OpenStream",
    "GET,,,NONE,,false,UNKNOWN,ToUser",
    "GET,2026-07-28,,NONE,,false,MODERN,Refused",
    "GET,2026-07-28,id,NONE,,false,MODERN,Refused",
    "DELETE,2025-11-25,id,NONE,,false,LEGACY,End",
    "DELETE,,,NONE,,false,UNKNOWN,ToUser",
    "DELETE,2026-07-28,id,NONE,,false,MODERN,Refused",
  })
  void aRequestHasOneRoute(
      String httpMethod,
      @Nullable String version,
      @Nullable String sessionId,
      Kind kind,
      @Nullable String method,
      boolean modern,
      Era era,
      String route) {
    Message message = message(kind, method, modern);
    Optional<String> id = Optional.ofNullable(sessionId);

    Era found = Route.era(Optional.ofNullable(version), id, message);

    assertThat(found).isEqualTo(era);
    assertThat(Route.of(httpMethod, found, id, message).getClass().getSimpleName())
        .isEqualTo(route);
  }

  @ParameterizedTest
  @CsvSource({
    "uid,3,uid,3,BOUND",
    "uid,2,uid,3,BIND_ANEW",
    "uid,4,uid,3,READ_LIVE",
    "old,3,uid,3,OTHER_SESSION",
    "old,2,uid,3,OTHER_SESSION",
  })
  void aConnectionIsBoundToTheBackendThatServesOrNot(
      String uid, int revision, String servingUid, int servingRevision, BindingDecision decision) {
    assertThat(BindingDecision.of(uid, revision, servingUid, servingRevision)).isEqualTo(decision);
  }

  @Test
  void whatMayHaveArrivedIsNeverSentAgain() {
    for (int failures = 1; failures < 9; failures++) {
      assertThat(RetryDecision.of(true, failures))
          .isInstanceOfSatisfying(
              RetryDecision.GiveUp.class, it -> assertThat(it.refusal().status()).isEqualTo(502));
    }
  }

  @Test
  void whatCannotHaveArrivedIsSentThreeTimesMore() {
    for (int failures = 1; failures < 4; failures++) {
      assertThat(RetryDecision.of(false, failures)).isInstanceOf(RetryDecision.Again.class);
    }
    assertThat(RetryDecision.of(false, 4))
        .isInstanceOfSatisfying(
            RetryDecision.GiveUp.class,
            it -> {
              assertThat(it.refusal().status()).isEqualTo(503);
              assertThat(it.refusal().headers()).containsKey("Retry-After");
            });
  }

  @ParameterizedTest
  @CsvSource({
    "/team/forgejo/mcp,Endpoint",
    "/.well-known/oauth-protected-resource/team/forgejo/mcp,Metadata",
    "/team/forgejo/mcp/,Nothing",
    "/team/forgejo,Nothing",
    "//forgejo/mcp,Nothing",
    "/Team/forgejo/mcp,Nothing",
    "/team/../mcp,Nothing",
    "/-team/forgejo/mcp,Nothing",
    "/.well-known/oauth-protected-resource,Nothing",
    "/.well-known/forgejo/mcp,Nothing",
    "'',Nothing",
  })
  void aPathNamesSomethingOrNothing(String path, String named) {
    assertThat(RequestPath.parse(path).getClass().getSimpleName()).isEqualTo(named);
  }

  @ParameterizedTest
  @CsvSource({
    "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01,true",
    "01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more,true",
    "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01,false",
    "00-00000000000000000000000000000000-b7ad6b7169203331-01,false",
    "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01,false",
    "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01,false",
    "nonsense,false",
    ",false",
  })
  void aTraceIsContinuedIfThereIsOne(@Nullable String header, boolean continued) {
    TraceContext trace = TraceContext.of(header, new long[] {1, 2, 3});

    assertThat(trace.continued()).isEqualTo(continued);
    assertThat(trace.traceparent())
        .isEqualTo(
            continued
                ? "00-0af7651916cd43dd8448eb211c80319c-0000000000000001-01"
                : "00-00000000000000020000000000000003-0000000000000001-00");
  }
}
