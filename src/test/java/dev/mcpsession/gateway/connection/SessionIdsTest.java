package dev.mcpsession.gateway.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.api.McpSessionSpec.Owner;
import dev.mcpsession.gateway.route.McpResource;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SessionIdsTest {
  /** Made by another program, from the key 00 to 1f and the random bytes 64 to 7b. */
  private static final String VECTOR = "ZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXp7i0ZILFZ4aQbp24_RmZy69A";

  private static final Owner ALICE = new Owner("https://sso.example/realms/staff", "alice-123");
  private static final McpResource FORGEJO = new McpResource("team", "forgejo");
  private static final SecretKeySpec KEY = key(0);

  private final SecureRandom random = new SecureRandom();
  private final SessionIds ids = with(KEY);

  @Test
  void theIdOfTheVectorIsGenuine() {
    assertThat(ids.isGenuine(VECTOR, FORGEJO, ALICE)).isTrue();
  }

  @Test
  void theNameOfTheVectorsConnectionIsPartOfItsHash() {
    assertThat(SessionIds.connectionName(VECTOR))
        .isEqualTo("c-1093c959e904ab58a6359c9da458b60681370203");
  }

  @Test
  void anIdIsOfVisibleAsciiAndNeverTheSame() {
    Set<String> made = new HashSet<>();
    for (int i = 0; i < 1000; i++) {
      String id = ids.mint(FORGEJO, ALICE);
      assertThat(id).matches("[A-Za-z0-9_-]{54}");
      assertThat(made.add(id)).isTrue();
    }
  }

  /** Names of which parts may move from one to the other, and from whom to what. */
  @Test
  void anIdIsGoodForItsOwnUserAndResourceAlone() {
    List<String> parts = List.of("a", "b", "ab", "", "1:a", "a1:b", "2:ab");
    Map<Owner, Map<McpResource, String>> made = new HashMap<>();
    for (String issuer : parts) {
      for (String subject : parts) {
        for (String namespace : parts) {
          for (String template : parts) {
            Owner owner = new Owner(issuer, subject);
            McpResource resource = new McpResource(namespace, template);
            made.computeIfAbsent(owner, none -> new HashMap<>())
                .put(resource, ids.mint(resource, owner));
          }
        }
      }
    }
    Random chance = new Random(1);
    List<Owner> owners = new ArrayList<>(made.keySet());
    List<McpResource> resources = new ArrayList<>(made.get(owners.getFirst()).keySet());
    for (int i = 0; i < 50_000; i++) {
      Owner owner = owners.get(chance.nextInt(owners.size()));
      McpResource resource = resources.get(chance.nextInt(resources.size()));
      Owner caller = owners.get(chance.nextInt(owners.size()));
      McpResource asked = resources.get(chance.nextInt(resources.size()));
      assertThat(ids.isGenuine(made.get(owner).get(resource), asked, caller))
          .as("id of %s and %s for %s and %s", owner, resource, caller, asked)
          .isEqualTo(owner.equals(caller) && resource.equals(asked));
    }
    made.forEach(
        (owner, some) ->
            some.forEach(
                (resource, id) -> assertThat(ids.isGenuine(id, resource, owner)).isTrue()));
  }

  @Test
  void aChangeOfAnyCharacterMakesAnIdForged() {
    String id = ids.mint(FORGEJO, ALICE);
    String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=+/ \n";
    for (int at = 0; at < id.length(); at++) {
      for (int i = 0; i < alphabet.length(); i++) {
        String changed = id.substring(0, at) + alphabet.charAt(i) + id.substring(at + 1);
        assertThat(ids.isGenuine(changed, FORGEJO, ALICE)).isEqualTo(changed.equals(id));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a",
        "ZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXp7i0ZILFZ4aQbp24_RmZy69",
        "ZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXp7i0ZILFZ4aQbp24_RmZy69A==",
        " ZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXp7i0ZILFZ4aQbp24_RmZy69A",
        "ZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXp7i0ZILFZ4aQbp24_RmZy69B",
        "\u00e9GVmZ2hpamtsbW5vcHFyc3R1dnd4eXp7i0ZILFZ4aQbp24_RmZy69A",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
      })
  void whatHasNotTheFormOfAnIdIsForged(String id) {
    assertThat(ids.isGenuine(id, FORGEJO, ALICE)).isFalse();
  }

  @Test
  void anIdOfThePreviousKeyIsGoodAndNewOnesAreMadeWithTheCurrentKey() {
    String old = ids.mint(FORGEJO, ALICE);
    SessionIds rotated = new SessionIds(() -> pair(key(1), KEY), random);
    assertThat(rotated.isGenuine(old, FORGEJO, ALICE)).isTrue();
    assertThat(ids.isGenuine(rotated.mint(FORGEJO, ALICE), FORGEJO, ALICE)).isFalse();
    assertThat(with(key(1)).isGenuine(old, FORGEJO, ALICE)).isFalse();
  }

  private SessionIds with(SecretKeySpec key) {
    return new SessionIds(() -> new SessionKeys.Pair(key, Optional.empty()), random);
  }

  private static SessionKeys.Pair pair(SecretKeySpec current, SecretKeySpec previous) {
    return new SessionKeys.Pair(current, Optional.of(previous));
  }

  private static SecretKeySpec key(int first) {
    byte[] bytes = new byte[32];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (first + i);
    }
    return new SecretKeySpec(bytes, SessionKeys.ALGORITHM);
  }
}
