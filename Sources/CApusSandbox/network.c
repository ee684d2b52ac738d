#define _GNU_SOURCE
#include "network.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <netinet/in.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

/// The loopback interface is the first of every network.
enum { LOOPBACK = 1, BACKLOG = 256, CONNECT_SECONDS = 1 };

static int raise_loopback(void) {
    int handle = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (handle < 0) return errno;
    struct ifreq request = {.ifr_name = "lo", .ifr_flags = IFF_UP};
    int failure = ioctl(handle, SIOCSIFFLAGS, &request) == 0 ? 0 : errno;
    close(handle);
    return failure;
}

/// A route by which all IPv4 addresses are this namespace's own: whatever is connected to comes to who listens on all addresses,
/// and keeps the address that was meant.
static int own_all_addresses(void) {
    struct {
        struct nlmsghdr header;
        struct rtmsg route;
        struct rtattr attribute;
        uint32_t interface;
    } question = {
        .header = {.nlmsg_len = sizeof question, .nlmsg_type = RTM_NEWROUTE,
            .nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL},
        .route = {.rtm_family = AF_INET, .rtm_table = RT_TABLE_LOCAL, .rtm_protocol = RTPROT_STATIC,
            .rtm_scope = RT_SCOPE_HOST, .rtm_type = RTN_LOCAL},
        .attribute = {.rta_len = RTA_LENGTH(sizeof(uint32_t)), .rta_type = RTA_OIF},
        .interface = LOOPBACK,
    };
    int netlink = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
    if (netlink < 0) return errno;
    char answer[1024] __attribute__((aligned(8)));
    ssize_t length = -1;
    if (send(netlink, &question, sizeof question, 0) >= 0) length = recv(netlink, answer, sizeof answer, 0);
    const struct nlmsghdr *header = (const struct nlmsghdr *)answer;
    int failure = 0;
    if (length < 0) failure = errno;
    else if (!NLMSG_OK(header, (size_t)length) || header->nlmsg_type != NLMSG_ERROR) failure = EBADMSG;
    else failure = -((const struct nlmsgerr *)NLMSG_DATA(header))->error;
    close(netlink);
    return failure;
}

/// `kind`: `t` for TCP, `u` for UDP.
static int bound_socket(char kind, const char *address, unsigned port, int *made) {
    struct sockaddr_in place = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    if (port == 0 || port > 65535 || inet_pton(AF_INET, address, &place.sin_addr) != 1) return EINVAL;
    int handle = socket(AF_INET, (kind == 't' ? SOCK_STREAM : SOCK_DGRAM) | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (handle < 0) return errno;
    int failure = bind(handle, (struct sockaddr *)&place, sizeof place) == 0 ? 0 : errno;
    if (!failure && kind == 't' && listen(handle, BACKLOG) != 0) failure = errno;
    if (failure) close(handle);
    else *made = handle;
    return failure;
}

static int hand_over(int channel, const int *sockets, size_t count) {
    char byte = 0;
    struct iovec vector = {&byte, 1};
    union { struct cmsghdr header; char space[CMSG_SPACE(APUS_LISTENERS_MAXIMUM * sizeof(int))]; } control;
    memset(&control, 0, sizeof control);
    struct msghdr message = {.msg_iov = &vector, .msg_iovlen = 1};
    if (count > 0) {
        message.msg_control = &control;
        message.msg_controllen = CMSG_SPACE(count * sizeof(int));
        struct cmsghdr *header = CMSG_FIRSTHDR(&message);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(count * sizeof(int));
        memcpy(CMSG_DATA(header), sockets, count * sizeof(int));
    }
    return sendmsg(channel, &message, MSG_NOSIGNAL | MSG_DONTWAIT) < 0 ? errno : 0;
}

int apus_network_open(const char **listeners, size_t count, int channel) {
    int sockets[APUS_LISTENERS_MAXIMUM];
    size_t made = 0;
    if (count > APUS_LISTENERS_MAXIMUM) return EINVAL;
    int failure = raise_loopback();
    for (size_t i = 0; i < count && !failure; i++) {
        char kind, address[16];
        unsigned port;
        if (strcmp(listeners[i], "a") == 0) failure = own_all_addresses();
        else if (sscanf(listeners[i], "%c %15s %u", &kind, address, &port) != 3 || (kind != 't' && kind != 'u')) failure = EINVAL;
        else if (!(failure = bound_socket(kind, address, port, &sockets[made]))) made++;
    }
    if (!failure) failure = hand_over(channel, sockets, made);
    for (size_t i = 0; i < made; i++) close(sockets[i]);
    return failure;
}

static int connect_inside(int nest, uint16_t port, int channel) {
    if (setns(nest, CLONE_NEWNET) != 0) return errno;
    int handle = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (handle < 0) return errno;
    // Loopback answers at once, but for a listener that takes nobody.
    struct timeval patience = {.tv_sec = CONNECT_SECONDS};
    setsockopt(handle, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    struct sockaddr_in place = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {.s_addr = htonl(INADDR_LOOPBACK)}};
    int failure = connect(handle, (struct sockaddr *)&place, sizeof place) == 0 ? 0 : errno;
    return failure ? failure : hand_over(channel, &handle, 1);
}

int apus_network_connect(pid_t nest, const struct apus_command *command, int channel, int events) {
    int handle = (int)syscall(SYS_pidfd_open, nest, 0);
    if (handle < 0) return errno;
    pid_t pid = fork();
    if (pid == 0) {
        struct apus_event event = {
            .environment = command->environment, .kind = APUS_EVENT_CONNECTED, .detail = (int32_t)command->number};
        event.value = connect_inside(handle, (uint16_t)command->signal, channel);
        ssize_t ignored = write(events, &event, sizeof event);
        (void)ignored;
        _exit(0);
    }
    int failure = pid < 0 ? errno : 0;
    close(handle);
    return failure;
}
