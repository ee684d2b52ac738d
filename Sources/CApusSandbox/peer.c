// Who is at the other end of a loopback connection: asked of the kernel by address, not searched in /proc/net/tcp, whose
// length anybody can grow.
#define _GNU_SOURCE
#include "apus_sandbox.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int apus_peer_user(uint16_t local_port, uint16_t peer_port, uint32_t *user) {
    int netlink = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
    if (netlink < 0) return errno;
    struct {
        struct nlmsghdr header;
        struct inet_diag_req_v2 request;
    } question = {
        .header = {.nlmsg_len = sizeof question, .nlmsg_type = SOCK_DIAG_BY_FAMILY, .nlmsg_flags = NLM_F_REQUEST},
        // Seen from the peer: its port is the source.
        .request = {.sdiag_family = AF_INET, .sdiag_protocol = IPPROTO_TCP, .idiag_states = ~0U},
    };
    question.request.id.idiag_sport = htons(peer_port);
    question.request.id.idiag_dport = htons(local_port);
    question.request.id.idiag_src[0] = htonl(INADDR_LOOPBACK);
    question.request.id.idiag_dst[0] = htonl(INADDR_LOOPBACK);
    question.request.id.idiag_cookie[0] = INET_DIAG_NOCOOKIE;
    question.request.id.idiag_cookie[1] = INET_DIAG_NOCOOKIE;
    int failure = 0;
    char answer[2048] __attribute__((aligned(8)));
    ssize_t length = -1;
    if (send(netlink, &question, sizeof question, 0) >= 0) length = recv(netlink, answer, sizeof answer, 0);
    const struct nlmsghdr *header = (const struct nlmsghdr *)answer;
    if (length < 0) {
        failure = errno;
    } else if (!NLMSG_OK(header, (size_t)length)) {
        failure = EBADMSG;
    } else if (header->nlmsg_type == NLMSG_ERROR) {
        failure = -((const struct nlmsgerr *)NLMSG_DATA(header))->error;
    } else {
        *user = ((const struct inet_diag_msg *)NLMSG_DATA(header))->idiag_uid;
    }
    close(netlink);
    return failure;
}
