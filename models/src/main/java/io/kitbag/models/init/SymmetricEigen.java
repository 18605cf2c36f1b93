package io.kitbag.models.init;

import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Eigenvalues and eigenvectors of a small symmetric matrix, by Jacobi's rotations (Golub and Van
 * Loan, Matrix Computations, section 8.5): accurate, and the same bits on every machine.
 *
 * @param values descending
 * @param vectors of unit length; {@code vectors[i]} belongs to {@code values[i]}
 */
record SymmetricEigen(double[] values, double[][] vectors) {

  private static final int MAX_SWEEPS = 100;

  /** Decomposes a matrix, of which only the upper triangle is read. */
  static SymmetricEigen of(double[][] matrix) {
    int n = matrix.length;
    double[][] a = new double[n][n];
    double[][] columns = new double[n][n];
    for (int i = 0; i < n; i++) {
      columns[i][i] = 1;
      for (int j = 0; j < n; j++) {
        a[i][j] = matrix[Math.min(i, j)][Math.max(i, j)];
      }
    }
    for (int sweep = 0; sweep < MAX_SWEEPS && !isDiagonal(a); sweep++) {
      for (int p = 0; p < n; p++) {
        for (int q = p + 1; q < n; q++) {
          rotate(a, columns, p, q);
        }
      }
    }
    int[] order =
        IntStream.range(0, n)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> -a[i][i]))
            .mapToInt(Integer::intValue)
            .toArray();
    double[] values = new double[n];
    double[][] vectors = new double[n][n];
    for (int i = 0; i < n; i++) {
      values[i] = a[order[i]][order[i]];
      for (int k = 0; k < n; k++) {
        vectors[i][k] = columns[k][order[i]];
      }
    }
    return new SymmetricEigen(values, vectors);
  }

  private static boolean isDiagonal(double[][] a) {
    double off = 0;
    double diagonal = 0;
    for (int i = 0; i < a.length; i++) {
      diagonal += a[i][i] * a[i][i];
      for (int j = i + 1; j < a.length; j++) {
        off += a[i][j] * a[i][j];
      }
    }
    return off <= 1e-30 * diagonal;
  }

  /** Makes {@code a[p][q]} zero by a turn in the plane of p and q. */
  private static void rotate(double[][] a, double[][] columns, int p, int q) {
    if (a[p][q] == 0) {
      return;
    }
    double theta = (a[q][q] - a[p][p]) / (2 * a[p][q]);
    double t = Math.copySign(1, theta) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
    double c = 1 / Math.sqrt(t * t + 1);
    double s = t * c;
    for (int k = 0; k < a.length; k++) {
      double kp = a[k][p];
      double kq = a[k][q];
      a[k][p] = c * kp - s * kq;
      a[k][q] = s * kp + c * kq;
    }
    for (int k = 0; k < a.length; k++) {
      double pk = a[p][k];
      double qk = a[q][k];
      a[p][k] = c * pk - s * qk;
      a[q][k] = s * pk + c * qk;
      double vp = columns[k][p];
      double vq = columns[k][q];
      columns[k][p] = c * vp - s * vq;
      columns[k][q] = s * vp + c * vq;
    }
  }
}
