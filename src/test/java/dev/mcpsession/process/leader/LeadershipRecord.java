package dev.mcpsession.process.leader;

import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** What a replica was told, in words. */
class LeadershipRecord implements Leadership.Listener {
  final List<String> told = new CopyOnWriteArrayList<>();

  @Override
  public void leading() {
    told.add("leading");
  }

  @Override
  public void deposed(String why) {
    told.add("deposed: " + why);
  }

  @Override
  public void failed(KubernetesClientException failure) {
    told.add("failed");
  }
}
