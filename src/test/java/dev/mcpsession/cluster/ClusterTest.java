package dev.mcpsession.cluster;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Runs against the real API server that {@code -Dcluster.kubeconfig=FILE} names, and is skipped
 * without it: never against the cluster that $KUBECONFIG happens to name. The class gets a {@link
 * Cluster} as a parameter of its constructor or of any method.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Tag("cluster")
@ExtendWith(ClusterExtension.class)
public @interface ClusterTest {}
