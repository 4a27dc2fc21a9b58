package dev.mcpsession.process.leader;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import org.jspecify.annotations.Nullable;

/**
 * One Lease. Each call throws {@link io.fabric8.kubernetes.client.KubernetesClientException} when
 * the API server refuses or does not answer.
 */
interface LeaseStore {

  /** Null: there is none. */
  @Nullable Lease read();

  /** Fails with 409 if there is one. */
  Lease create(Lease lease);

  /** Fails with 409 if it no longer has this resourceVersion, with 404 if it is gone. */
  Lease replace(Lease lease);

  /** Namespace and name, for people. */
  String describe();
}
